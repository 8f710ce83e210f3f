"""What the data manager reads in Dagster, in Dutch, of all that is no dbt model (those describe themselves)."""

ASSETS = {
    "submissions/files": "Elk ontvangen bestand, met het oordeel van de ingangscontrole.",
    "submissions/deliveries": "Elke aanvaarde levering; per organisatie en kwartaal geldt de nieuwste.",
    "submissions/cells": "De cellen van de aanvaarde leveringen, zoals zij zijn ingestuurd.",
    "submissions/findings": "Alles wat de ingangscontrole in een bestand vond.",
    "submissions/year_closings": "Welke jaren zijn afgesloten, wanneer en waarom.",
    "submissions/year_counts": "De cijfers van de afgesloten jaren, zoals zij bij het afsluiten waren.",
    "submissions/year_deliveries": "De leveringen waarop een jaar rustte toen het werd afgesloten.",
    "submissions/acknowledgements": "Welke waarschuwingen met een reden zijn afgesloten.",
    "submissions/ledger": "De nieuwste regel van het register die is verwerkt.",
    "submissions/run_context": "Welke run nu rekent, en welk jaar zij afsluit.",
    "reference/organisations": "Referentielijst: de organisaties die leveren, en van wanneer tot wanneer.",
    "reference/regions": "Referentielijst: de arbeidsmarktregio's.",
    "reference/trajectories": "Referentielijst: de trajecten, en vanaf welk kwartaal zij worden gevraagd.",
    "reference/quarters": "Referentielijst: de kwartalen, elk met de uiterste datum van levering.",
    "reference/data_dictionary": "Referentielijst: welke cellen van een levering worden gevraagd.",
    "reference/indicators": "Referentielijst: de indicatoren, met naam, definitie en formule.",
    "reference/warning_thresholds": "Referentielijst: vanaf welk verschil er een waarschuwing volgt.",
    "reference/signal_rules": "Referentielijst: boven welke omvang en welke verandering een cijfer nieuws is.",
    "reference/rules": "De regels van de ingangscontrole, met hun niveau en hun tekst.",
    "reports/figures": "Rapporten: elk cijfer dat in de gepubliceerde documenten staat.",
    "reports/scopes": "Rapporten: welke trajecten de documenten samen nemen.",
    "reports/readings": "Rapporten: hoe elk gedrukt cijfer volgens de methode wordt berekend.",
    "reports/categories": "Rapporten: welke gedrukte categorie bij welke categorie van een levering hoort.",
    "reports/quantities": "Rapporten: hoe de gedrukte grootheden heten.",
    "reports/contradictions": "Rapporten: waar de documenten elkaar tegenspreken.",
    "reports/contradicted_figures": "Rapporten: welke cijfers in zo'n tegenspraak voorkomen.",
    "reports/explanations": "Rapporten: de verklaring bij elk oordeel over een gedrukt cijfer.",
    "reports/claims": "Rapporten: wat de documenten zonder getal beweren, en over welke cijfers.",
    "published/candidate": "Het bestand dat gepubliceerd wordt zodra de uitgangscontrole het goedkeurt.",
    "published/werkmonitor": "Het gepubliceerde bestand. Hieronder staat wat erin zit; bij *Plots* het verloop.",
    "feedback": "De terugkoppeling per levering, in de map `feedback/` van de home.",
    "quarter_state": "Per kwartaal: de landelijke cijfers zoals zij het laatst voor dat kwartaal zijn gepubliceerd.",
    "year_state": "Per jaar: de landelijke cijfers zoals zij het laatst voor dat jaar zijn gepubliceerd.",
}
CHECKS = {
    "incoming_gate": (
        "Wat de ingangscontrole vond. Een afgekeurde levering houdt de andere nooit op: daarom een waarschuwing."
    ),
    "nothing_lost": (
        "Register, archief, magazijn en publicatie kloppen met elkaar: elk bestand staat in het magazijn, er is niets "
        "beschadigd of verdwenen, en elke aanvaarde levering wordt gelezen zoals zij is beoordeeld."
    ),
    "reporting_rate": "Wie er nog niet leverde over het kwartaal van deze run; waarschuwt na de uiterste datum.",
    "warnings_across_quarters": (
        "Hoe vaak elke waarschuwing voorkomt die pas naast een eerder kwartaal te zien is; zij houdt niets tegen."
    ),
    "outgoing_gate": "Wat de uitgangscontrole vindt in het bestand dat gepubliceerd zou worden. Faalt zij, dan blijft "
    "het oude bestand staan.",
    "freshness": "Of er na de laatste uiterste datum nog is gepubliceerd.",
}
JOBS = {
    "quarterly_run": (
        "Verwerkt de inbox: inlezen, toetsen, alle cijfers berekenen, toetsen, publiceren. Kies het kwartaal waar de "
        "run voor staat; berekend wordt altijd alles. Kwartalen op een rij worden samen één run."
    ),
    "annual_rollup": (
        "Als quarterly_run, en sluit daarna het gekozen jaar af. Weigert, met de namen, zolang er verwachte leveringen "
        "ontbreken. Toch afsluiten: kies bij *Config* `accept_missing: true` met een `reason`."
    ),
}
SCHEDULES = {
    "after_the_deadline": "Elke ochtend: verwerkt het kwartaal waarvan de uiterste datum voorbij is, één keer.",
    "when_the_year_is_complete": "Elke ochtend: sluit een jaar af dat compleet is gepubliceerd.",
}
SENSORS = {
    "inbox": "Start een run zodra de bestanden in de inbox tien seconden niet meer veranderen.",
    "dead_runs": "Schrijft een run waarvan het proces weg is op als mislukt; zij wordt vanzelf opnieuw geprobeerd.",
    "failed_runs": "Meldt een mislukte run, één keer.",
    "stale_figures": "Ververst elk uur de controle freshness; meldt één keer per kwartaal dat publicatie uitblijft.",
}
