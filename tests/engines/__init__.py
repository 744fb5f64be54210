"""The server over real engines: Oxigraph's server and Virtuoso, beside the embedded one."""
