"""Small signature files: two targets, another maker, a component, and a brand table."""

# Values: fact sheets of the makers; registry names: IEEE MA-L.
HIKVISION = r"""
schema = 1
[maker]
id = "hikvision"
name = "Hikvision"
target = true

[[firmware]]
pattern = '^(?P<version>V?[0-9]+\.[0-9]+\.[0-9]+)[ _]*(?:[Bb]uild)?[ _]*(?P<build_date>[0-9]{6})$'

[[model]]
pattern = '^DS-2TD'
device_class = "thermal_camera"
brand = "Hikvision"

[[model]]
pattern = '^DS-7[67](?P<channels>[0-9]{2})'
device_class = "recorder"

[[signature]]
id = "hikvision-sadp"
description = "A reply of the maker's own search protocol"
field = "sadp.device_description"
pattern = '^(?P<model>.+)$'
certainty = "decisive"
references = ["USCAN"]
examples = [{ value = 'DS-2CD2032-I', model = 'DS-2CD2032-I' }]
near_misses = ["\n"]

[[signature]]
id = "hikvision-software"
description = "Firmware in a reply of the maker's own search protocol"
field = "sadp.software_version"
pattern = '^(?P<firmware_version>V.+)$'
certainty = "decisive"
references = ["USCAN"]
examples = [{ value = 'V5.4.5build 170123', firmware_version = 'V5.4.5build 170123' }]
near_misses = ["2.400.0.8"]

[[signature]]
id = "hikvision-http-server"
description = "Web server of recorders"
field = "http_header.server"
pattern = '^DNVRS-Webs$'
certainty = "strong"
device_class = "recorder"
references = ["rapid7/recog xml/http_servers.xml"]
examples = [{ value = 'DNVRS-Webs' }]
near_misses = ["GoAhead-Webs"]

[[signature]]
id = "hikvision-oui"
description = "Address block of the maker"
field = "link.oui_registrant"
pattern = '^Hangzhou Hikvision Digital Technology Co\.,Ltd\.$'
certainty = "strong"
references = ["IEEE MA-L"]
examples = [{ value = 'Hangzhou Hikvision Digital Technology Co.,Ltd.' }]
near_misses = ["Yoshiki Electronics Industry Ltd."]

[[signature]]
id = "hikvision-realm"
description = "Realm that other makers use, too"
field = "http_auth.realm"
pattern = '^DS-'
certainty = "weak"
references = ["fact sheet 2.4"]
examples = [{ value = 'DS-2CD2032-I' }]
near_misses = ["nas"]
"""

DAHUA = r"""
schema = 1
[maker]
id = "dahua"
name = "Dahua"
target = true
neutral_brands = ["General"]

[[firmware]]
pattern = '^(?P<version>[0-9]+\.[0-9]{3}\.\w+\.[0-9]+(?:\.R)?)(?:, Build Date: (?P<build_date>[0-9-]+))?$'

[[signature]]
id = "dahua-dhip-model"
description = "A reply of the maker's own search protocol"
field = "dhip.device_type"
pattern = '^(?P<model>.+)$'
certainty = "decisive"
references = ["fact sheet 1.1"]
examples = [{ value = 'VTO2000A', model = 'VTO2000A' }]
near_misses = ["\n"]

[[signature]]
id = "dahua-dhip-vendor"
description = "Label in a reply of the maker's own search protocol"
field = "dhip.vendor"
pattern = '^(?P<brand>.+)$'
certainty = "decisive"
references = ["fact sheet 1.1"]
examples = [{ value = 'General', brand = 'General' }]
near_misses = ["\n"]

[[signature]]
id = "dahua-realm"
description = "Realm with a serial number"
field = "rtsp_auth.realm"
pattern = '^Login to (?P<serial>[0-9A-Z]{15})$'
certainty = "strong"
references = ["fact sheet 4"]
examples = [{ value = 'Login to 3C06520PAN00001', serial = '3C06520PAN00001' }]
near_misses = ["Login to router"]
"""

AXIS = r"""
schema = 1
[maker]
id = "axis"
name = "Axis"

[[signature]]
id = "axis-realm"
description = "Realm with the address of the device"
field = "http_auth.realm"
pattern = '^AXIS_'
certainty = "strong"
references = ["rapid7/recog xml/http_wwwauth.xml"]
examples = [{ value = 'AXIS_ACCC8E000000' }]
near_misses = ["axis"]

[[signature]]
id = "axis-oui"
description = "Address block of the maker"
field = "link.oui_registrant"
pattern = '^Axis Communications AB$'
certainty = "weak"
references = ["IEEE MA-L"]
examples = [{ value = 'Axis Communications AB' }]
near_misses = ["Axis"]
"""

NGINX = r"""
schema = 1
[maker]
id = "nginx"
name = "nginx"
generic = true

[[signature]]
id = "nginx-server"
description = "Web server that anybody may build in"
field = "http_header.server"
pattern = '^nginx(?:/(?P<firmware_version>[0-9.]+))?$'
certainty = "strong"
references = ["rapid7/recog xml/http_servers.xml"]
examples = [{ value = 'nginx/1.24.0', firmware_version = '1.24.0' }]
near_misses = ["nginx-like"]
"""

BRANDS = """
schema = 1
as_of = "2026-11-22"
[[brand]]
name = "Lorex"
makers = [{ id = "dahua", scope = "some" }]
confidence = "confirmed"
registrants = ["Lorex Technology Inc."]
references = ["IEEE MA-L 001F54"]
"""

MAKERS = {"hikvision": HIKVISION, "dahua": DAHUA, "axis": AXIS, "nginx": NGINX}
VOCABULARY = {
    "makers": ("axis", "dahua", "hikvision", "nginx"),
    "brands": ("Amcrest", "Hikvision", "Lorex"),
    "device_classes": ("camera", "recorder", "thermal_camera"),
}
PREFIXES = {
    "001F54": "Lorex Technology Inc.",
    "00408C": "Axis Communications AB",
    "402C761": "Shanghai Dahua Scale Factory",
    "4419B6": "Hangzhou Hikvision Digital Technology Co.,Ltd.",
    "8C1F64F4B": "JOREX LOREX INDIA PRIVATE LIMITED",
    "B44C3B": "Zhejiang Dahua Technology Co., Ltd.",
    "006037": "NXP Semiconductors",
    "00CCC1": "Yoshiki Electronics Industry Ltd.",
}

# One maker with one rule, to be broken in each way.
HEAD = 'schema = 1\n[maker]\nid = "axis"\nname = "Axis"\n'
RULE = """
[[signature]]
id = "axis-realm"
description = "Realm"
field = "http_auth.realm"
pattern = '^AXIS_'
certainty = "strong"
references = ["recog"]
examples = [{ value = 'AXIS_1' }]
near_misses = ["axis"]
"""
