"""Makes golden data with Twilio's official Python library:

    pip install twilio==9.13.0
    python make-golden.py

writes beside itself rest-requests-ours-golden.json, twiml-ours-golden.json and access-token-python-golden.json.
"""

import datetime
import json
import pathlib
import urllib.parse

import twilio
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant
from twilio.rest import Client
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import Client as ClientNoun
from twilio.twiml.voice_response import Conference, Dial, Gather, Number, VoiceResponse

HERE = pathlib.Path(__file__).parent
LIBRARY = f"twilio (PyPI) {twilio.__version__}"


def sid(prefix):
    return prefix + "a" * 32


def write(name, content):
    text = json.dumps({"library": LIBRARY, **content}, indent=1, ensure_ascii=False)
    (HERE / name).write_text(text + "\n", encoding="utf-8")


class Recorder(HttpClient):
    """Sends nothing, and keeps what would have been sent."""

    def __init__(self):
        self.last = None

    def request(self, method, uri, params=None, data=None, headers=None, auth=None, **_):
        url = urllib.parse.urlsplit(uri)
        self.last = {
            "method": method,
            "host": url.netloc,
            "path": url.path,
            "query": urllib.parse.urlencode(params or {}),
            "form": sorted([name, value] for name, values in (data or {}).items() for value in listed(values)),
            "headers": {name: headers[name] for name in ("Content-Type", "Accept") if name in headers},
        }
        return Response(204 if method == "DELETE" else 200, json.dumps({"things": [], "next_page_uri": None}))


def listed(values):
    plain = lambda value: str(value).lower() if isinstance(value, bool) else str(value)
    return [plain(value) for value in values] if isinstance(values, list) else [plain(values)]


def requests():
    recorder = Recorder()
    account = Client(sid("SK"), "secret", account_sid=sid("AC"), http_client=recorder)
    conference = account.conferences(sid("CF"))
    participant = lambda: conference.participants("agent-7")
    webhooks = dict(
        voice_url="https://crm.example/v#rc=1",
        voice_method="POST",
        voice_fallback_url="https://crm.example/vf",
        voice_fallback_method="POST",
        status_callback="https://crm.example/cs",
        status_callback_method="POST",
    )
    application = dict(friendly_name="Switchboard é", **webhooks)
    operations = {
        "message.create scheduled": lambda: account.messages.create(
            to="+15558675310",
            messaging_service_sid=sid("MG"),
            from_="+15017122661",
            body="Later",
            media_url=["https://a.example/1.jpg"],
            schedule_type="fixed",
            send_at=datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc),
            status_callback="https://crm.example/status",
            validity_period=36000,
        ),
        "message.list from": lambda: account.messages.list(to="+15558675310", from_="+15017122661", page_size=50),
        "call.create everything": lambda: account.calls.create(
            to="client:o1_u2",
            from_="+15017122661",
            url="https://crm.example/out",
            method="POST",
            fallback_url="https://crm.example/out-fallback",
            status_callback="https://crm.example/call-status",
            status_callback_event=["initiated", "ringing", "answered", "completed"],
            timeout=30,
            machine_detection="Enable",
            record=True,
            recording_channels="dual",
            recording_status_callback="https://crm.example/rec",
            recording_status_callback_event=["in-progress", "completed", "absent"],
        ),
        "message.cancel": lambda: account.messages(sid("SM")).update(status="canceled"),
        "call.list": lambda: account.calls.list(to="+15558675310", page_size=50),
        "call.list from": lambda: account.calls.list(to="+15558675310", from_="+15017122661", page_size=50),
        "call.update redirect fallback": lambda: account.calls(sid("CA")).update(
            url="https://crm.example/next", method="POST", fallback_url="https://crm.example/next-fallback"
        ),
        "call.recordings.create mono": lambda: account.calls(sid("CA")).recordings.create(
            recording_channels="mono",
            recording_status_callback="https://crm.example/rec",
            recording_status_callback_event=["in-progress", "completed", "absent"],
        ),
        "conference.list": lambda: account.conferences.list(friendly_name="o1-CA1 é"),
        "conference.participant.create everything": lambda: account.conferences("o1-CA1").participants.create(
            to="+15558675310",
            from_="+15017122661",
            label="listener",
            status_callback="https://crm.example/p",
            status_callback_event=["initiated", "ringing", "answered", "completed"],
            timeout=30,
            early_media=True,
            beep="true",
            end_conference_on_exit=True,
            muted=True,
            coaching=True,
            call_sid_to_coach=sid("CA"),
            jitter_buffer_size="small",
            conference_status_callback="https://crm.example/conf",
            conference_status_callback_event=["start", "end", "join", "leave", "mute", "hold", "modify"],
            conference_record="record-from-start",
            conference_recording_status_callback="https://crm.example/rec",
            conference_recording_status_callback_event=["in-progress", "completed", "absent"],
        ),
        "conference.participant.list": lambda: conference.participants.list(page_size=50),
        "conference.participant.hold silent": lambda: participant().update(hold=True),
        "conference.participant.resume": lambda: participant().update(hold=False),
        "conference.participant.mute": lambda: participant().update(muted=True),
        "conference.participant.unmute": lambda: participant().update(muted=False),
        "conference.participant.coach": lambda: participant().update(coaching=True, call_sid_to_coach=sid("CA")),
        "conference.participant.stop coaching": lambda: participant().update(coaching=False),
        "conference.participant.end on exit": lambda: participant().update(end_conference_on_exit=True),
        "recording.list call": lambda: account.recordings.list(call_sid=sid("CA"), page_size=50),
        "recording.list conference": lambda: account.recordings.list(conference_sid=sid("CF"), page_size=50),
        "number.list one": lambda: account.incoming_phone_numbers.list(phone_number="+15017122661", page_size=50),
        "number.update everything": lambda: account.incoming_phone_numbers(sid("PN")).update(
            **webhooks,
            sms_url="https://crm.example/s",
            sms_method="POST",
            sms_fallback_url="https://crm.example/sf",
            sms_fallback_method="POST",
            voice_application_sid="",
            sms_application_sid="",
            trunk_sid="",
        ),
        "application.list": lambda: account.applications.list(friendly_name="Switchboard é"),
        "application.create everything": lambda: account.applications.create(**application),
        "application.update": lambda: account.applications(sid("AP")).update(**application),
        "service.fetch": lambda: account.messaging.v1.services(sid("MG")).fetch(),
        "service.update": lambda: account.messaging.v1.services(sid("MG")).update(
            inbound_request_url="https://crm.example/s",
            inbound_method="POST",
            fallback_url="https://crm.example/sf",
            fallback_method="POST",
            status_callback="https://crm.example/ms",
            use_inbound_webhook_on_number=False,
        ),
    }
    made = []
    for name, operation in operations.items():
        operation()
        made.append({"op": name, **recorder.last})
    write("rest-requests-ours-golden.json", {"requests": made})


def twiml():
    url = lambda path: f"https://crm.example/{path}"

    say = VoiceResponse()
    say.say("Grüß Gott", voice="Polly.Vicki", language="de-DE", loop=2)
    say.play(url("ring.mp3"), loop=0)
    say.pause(length=1)

    press_one = VoiceResponse()
    gather = Gather(action=url("pressed"), input="dtmf", num_digits=1)
    gather.say("Press 1 to take the call.")
    gather.play(url("beep.mp3"))
    gather.pause(length=2)
    press_one.append(gather)
    press_one.hangup()

    ask = VoiceResponse()
    ask.append(
        Gather(
            action=url("said"),
            action_on_empty_result=True,
            input="dtmf speech",
            timeout=3,
            num_digits=4,
            finish_on_key="*",
            language="de-DE",
            hints="eins, zwei",
            speech_timeout=2,
        )
    )

    transcribed = VoiceResponse()
    transcribed.record(
        action=url("vm-done"),
        finish_on_key="#",
        max_length=120,
        play_beep=False,
        recording_status_callback=url("vm-rec"),
        recording_status_callback_event="completed absent",
        timeout=5,
        transcribe=True,
        transcribe_callback=url("written"),
    )

    phones = VoiceResponse()
    dial = Dial(
        answer_on_bridge=True,
        hangup_on_star=True,
        time_limit=3600,
        timeout=15,
        record="record-from-ringing",
        recording_status_callback=url("rec"),
    )
    dial.append(Number("+15558675310", url=url("whisper"), status_callback=url("leg")))
    plain = ClientNoun(url=url("whisper"))
    plain.identity("o1_u2")
    dial.append(plain)
    phones.append(dial)

    coach = VoiceResponse()
    dial = Dial()
    dial.append(
        Conference(
            "o1-CA1",
            beep="onExit",
            coach=sid("CA"),
            end_conference_on_exit=False,
            jitter_buffer_size="small",
            max_participants=10,
            muted=True,
            participant_label="supervisor",
            record="record-from-start",
            recording_status_callback=url("rec"),
            recording_status_callback_event="in-progress completed absent",
            start_conference_on_enter=False,
            status_callback=url("conf"),
            status_callback_event="start end join leave mute hold modify speaker announcement",
            wait_url=url("wait"),
        )
    )
    coach.append(dial)

    texts = MessagingResponse()
    texts.message("first", status_callback=url("status"))
    picture = texts.message(None)
    picture.media(url("1.jpg"))

    documents = dict(
        say=say, press_one=press_one, ask=ask, transcribed=transcribed, phones=phones, coach=coach, texts=texts
    )
    write("twiml-ours-golden.json", {"twiml": {name: str(document) for name, document in documents.items()}})


def access_token():
    token = AccessToken(sid("AC"), sid("SK"), "a secret of the key", identity="o1_u2", ttl=1800)
    token.add_grant(VoiceGrant(outgoing_application_sid=sid("AP"), incoming_allow=True))
    read = AccessToken.from_jwt(token.to_jwt(), "a secret of the key")
    write("access-token-python-golden.json", {"headers": read.headers, "claims": read.payload})


requests()
twiml()
access_token()
