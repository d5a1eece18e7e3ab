"""Wire models: the shapes of requests and answers, from which /openapi.json is made."""
