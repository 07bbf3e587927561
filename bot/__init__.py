"""Tribune's core: news feeds become articles, articles become discussions."""
