"""The five blocks of an order; each shows one part of a draft and answers with another draft."""
