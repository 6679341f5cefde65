"""Telling people what a sweep found: what to tell whom, in which words, and seeing that it arrives."""
