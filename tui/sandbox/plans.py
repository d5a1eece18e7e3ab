"""The catalogue: 37 plans over the four documented categories, and pay-as-you-go."""

from __future__ import annotations

from dataclasses import dataclass

MINIMUM_TOP_UP = 10  # USD


@dataclass(frozen=True)
class Plan:
    """One plan; price in integer cents per period. A limit of 0 means none, as on the published example."""

    id: int
    name: str
    category: str
    period: str
    type: str
    price: int
    api_call_limit: int
    rate_limit: int
    features: tuple[str, ...]

    @property
    def group(self) -> str:
        """Return under which of addon, enterprise and normal its subscriptions are listed."""
        return self.category if self.category in ("addon", "enterprise") else "normal"


def _read() -> dict[int, Plan]:
    plans = {}
    for line in _TABLE.strip().splitlines():
        number, name, category, period, kind, price, calls, rate, features = (part.strip() for part in line.split("|"))
        plans[int(number)] = Plan(
            *(int(number), name, category, period, kind, int(price), int(calls), int(rate)),
            tuple(feature.strip() for feature in features.split(";")),
        )
    return plans


_TABLE = """
1|Imagen Basic|imagen|monthly|basic|1000|3250|5|3,250 API calls; 10,000+ models; Community support
2|Imagen Standard|imagen|monthly|standard|2700|10000|10|10,000 API calls; 10,000+ models; Image to image; Upscaling
3|Imagen Premium|imagen|monthly|premium|4700|0|15|Unlimited images; ControlNet; LoRA training; Priority support
4|Imagen Basic|imagen|yearly|basic|9600|39000|5|3,250 API calls a month; Two months free; Community support
5|Imagen Standard|imagen|yearly|standard|25900|120000|10|10,000 API calls a month; Two months free; Upscaling
6|Imagen Premium|imagen|yearly|premium|45100|0|15|Unlimited images; Two months free; LoRA training; Priority support
7|Starter|normal|monthly|basic|1900|5000|5|5,000 API calls; Images and speech; Email support
8|Growth|normal|monthly|standard|4900|20000|10|20,000 API calls; Images, speech and video; Webhooks
9|Scale|normal|monthly|premium|9900|60000|20|60,000 API calls; All endpoints; Webhooks; Priority support
10|Basic Enterprise|enterprise|monthly|basic|24900|0|0|Unlimited Images; Dedicated GPU; Private models; Support 24/7
11|Standard Enterprise|enterprise|monthly|standard|44900|0|0|Unlimited Images; 2 dedicated GPUs; Private models; Video
12|Premium Enterprise|enterprise|monthly|premium|89900|0|0|Unlimited Images; 4 dedicated GPUs; Video; 3D; Uptime 99.9 %
13|Basic Enterprise|enterprise|yearly|basic|239000|0|0|Unlimited Images; 1 dedicated GPU; Two months free
14|Standard Enterprise|enterprise|yearly|standard|431000|0|0|Unlimited Images; 2 dedicated GPUs; Two months free
15|Premium Enterprise|enterprise|yearly|premium|863000|0|0|Unlimited Images; 4 dedicated GPUs; Two months free
16|Video Enterprise|enterprise|monthly|standard|69900|0|0|Unlimited video seconds; Dedicated H100; Image to video
17|Video Enterprise|enterprise|yearly|standard|671000|0|0|Unlimited video seconds; Dedicated H100; Two months free
18|Speech Enterprise|enterprise|monthly|standard|34900|0|0|Unlimited speech; 24 languages; Voice cloning; Dedicated GPU
19|LLM Enterprise|enterprise|monthly|standard|59900|0|0|Unlimited tokens; OpenAI-compatible; Dedicated H100
20|Training Enterprise|enterprise|monthly|premium|99900|0|0|Unlimited trainings; 2 dedicated A100; SDXL and Flux
21|GPU A40|enterprise|monthly|basic|39900|0|0|One A40, 48 GB; SSH access; Auto shutdown
22|GPU A100|enterprise|monthly|standard|79900|0|0|One A100, 80 GB; SSH access; Auto shutdown
23|GPU H100|enterprise|monthly|premium|149900|0|0|One H100, 80 GB; SSH access; Auto shutdown
24|White Label|enterprise|monthly|premium|199900|0|0|Your own domain; Reseller panel; Unlimited sub-accounts
25|Starter|normal|yearly|basic|18200|60000|5|5,000 API calls a month; Two months free
26|Growth|normal|yearly|standard|47000|240000|10|20,000 API calls a month; Two months free
27|Scale|normal|yearly|premium|95000|720000|20|60,000 API calls a month; Two months free; Priority support
28|Student|normal|monthly|basic|500|1500|2|1,500 API calls; Non-commercial use
29|Team|normal|monthly|premium|14900|100000|25|100,000 API calls; 5 seats; Shared wallet; Usage reports
30|Agency|normal|monthly|premium|29900|250000|40|250,000 API calls; 15 seats; Shared wallet; Invoices per client
31|Voice add-on|addon|monthly|basic|1900|0|5|Text to speech; Voice cloning; 24 languages
32|Video add-on|addon|monthly|standard|2900|500|3|500 videos; Image to video; 1080p
33|Training add-on|addon|monthly|standard|3900|40|1|40 LoRA trainings; Model storage
34|3D add-on|addon|monthly|basic|2400|300|2|300 meshes; Textures; GLB and OBJ
35|LLM add-on|addon|monthly|basic|1500|20000|10|20,000 requests; OpenAI-compatible; 30+ models
36|Storage add-on|addon|monthly|basic|900|0|0|500 GB of private storage; 90 days kept
37|Priority add-on|addon|monthly|premium|4900|0|10|Front of the queue; Half the waiting time
"""

PLANS = _read()
