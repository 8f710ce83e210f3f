"""What stands around Dagster's web server and daemon in `werkmonitor ui`: who may ask what, and until when."""
