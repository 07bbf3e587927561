"""Does an entry hold the whole article, or only what the publisher shows of it?"""

from __future__ import annotations

import re

from bot.domain.html import plain_text
from bot.domain.text import one_line

_TAIL = 240
_ENDS_CUT = re.compile(r"(?:\[\s*(?:…|\.{3}|&hellip;)\s*\]|\(\s*(?:…|\.{3})\s*\)|…|\.{3})\W{0,3}$")
_ENDS_WITH_MORE = re.compile(
    r"""(?:
        (?:continue|keep)\s+reading | read\s+(?:more|on|the\s+(?:rest|full|whole|entire)\b.{0,40})
      | (?:learn|see)\s+more
      | (?:read|view)\s+(?:the\s+)?full\s+(?:article|story|post) | full\s+story | more\s+»
      | lire\s+(?:la\s+suite|plus|l['’]article(?:\s+complet|\s+entier)?|l['’]intégralité) | en\s+(?:savoir|lire)\s+plus
      | (?:la\s+)?suite\s+de\s+l['’]article | suite\s+(?:sur|à\s+lire) | voir\s+plus
    )\b[^.!?]{0,60}[\s.…»›→>\])]*$""",
    re.IGNORECASE | re.VERBOSE,
)
_RESERVED = re.compile(
    r"""(?:
        (?:article|content|story|post|page|text|this\s+is|it\s+is)s?\b.{0,40}
            \b(?:reserved|exclusive(?:ly)?|only|available|accessible)\b.{0,30}
            \b(?:for|to)\s+(?:our\s+|paid\s+|paying\s+|premium\s+)*(?:subscriber|member|patron|supporter)s\b
      | \b(?:for|to)\s+(?:our\s+|paying\s+|premium\s+)*(?:subscriber|member|patron|supporter)s\s+only\b
      | \b(?:subscribers?|members?)[\s-]only\s+(?:article|content|story|post)\b
      | \b(?:subscribe|sign\s+up|log\s+in|become\s+an?\s+(?:\w+\s+)?(?:subscriber|member))\b.{0,30}
            \bto\s+(?:read|continue\s+reading|unlock|view|see)\b
      | \b(?:réservé|destiné)e?s?\s+(?:exclusivement\s+|uniquement\s+)?(?:à\s+nos|aux?)\s+
            (?:\w+\s+)?(?:abonné|adhérent|membre)(?:\(e\)|·e·|·e|e)?s?\b
      | \b(?:article|contenu|texte)s?\s+(?:payant|réservé|premium)e?s?\b
      | \b(?:abonnez|inscrivez|connectez|identifiez)[\s-]vous\b.{0,40}
            \bpour\s+(?:lire|accéder|continuer|poursuivre|débloquer|consulter)\b
      | \bil\s+(?:vous\s+)?reste\s+\d+\s*%\s+de\s+(?:cet|l['’])\s*article\b
      | \b(?:la\s+)?suite\b.{0,30}\b(?:est\s+)?réservée\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def is_teaser(html: str) -> bool:
    """Whether `html`, the fullest text that an entry brings, says that there is more elsewhere.

    It ends cut off ("[…]"), ends with an invitation to read on, or says near its end that the rest is for
    subscribers; English and French.
    """
    if not html:
        return False
    tail = one_line(plain_text(html[-4 * _TAIL :]))[-_TAIL:]
    return bool(_ENDS_CUT.search(tail) or _ENDS_WITH_MORE.search(tail) or _RESERVED.search(tail))
