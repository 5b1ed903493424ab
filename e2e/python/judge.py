"""Twilio's own Python library as a judge: it reads one JSON request a line, and answers each with one JSON line."""

import json
import sys
import time
from urllib.parse import urlsplit, urlunsplit

from multidict import MultiDict
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.jwt.access_token import AccessToken
from twilio.request_validator import RequestValidator
from twilio.rest import Client


class Elsewhere(TwilioHttpClient):
    """The library's own client, with another host: it knows no other way to be told of one."""

    def __init__(self, base):
        super().__init__(timeout=30)
        self.base = urlsplit(base)

    def request(self, method, url, **rest):
        path = urlsplit(url)
        url = urlunsplit((self.base.scheme, self.base.netloc, path.path, path.query, ""))
        return super().request(method, url, **rest)


def validate(token, url, parameters, signature):
    """Whether the library takes the signature for Twilio's."""
    return RequestValidator(token).validate(url, MultiDict(parameters), signature)


def decode(token, secret):
    """What the library reads in an access token."""
    read = AccessToken.from_jwt(token, secret)
    return {"headers": read.headers, "payload": read.payload, "valid": read.valid_until is not None}


def rest(base, account, username, password, number, customer, script):
    """The library's REST client against the simulator: what each kind of request gave."""
    twilio = Client(username, password, account_sid=account, http_client=Elsewhere(base))
    sent = twilio.messages.create(to=customer, from_=number, body="Héllo 😀 & 100% +")
    call = twilio.calls.create(to=customer, from_=number, twiml=script, timeout=20)
    queue = twilio.queues.create(friendly_name="judge", max_size=7)
    delivered(twilio, sent.sid)
    numbers = twilio.incoming_phone_numbers.list(phone_number=number)
    application = twilio.applications.create(friendly_name="judge")
    renamed = twilio.applications(application.sid).update(friendly_name="judged")
    result = {
        "body": twilio.messages(sent.sid).fetch().body,
        "listed": [message.sid for message in twilio.messages.list(to=customer, limit=50)] == [sent.sid],
        "sent_at": sent.date_created is not None and sent.date_created.tzinfo is not None,
        "redacted": twilio.messages(sent.sid).update(body="").body,
        "called": twilio.calls(call.sid).fetch().to,
        "hung_up": twilio.calls(call.sid).update(status="completed").status,
        "queue": twilio.queues(queue.sid).fetch().max_size,
        "members": twilio.queues(queue.sid).members.list(),
        "numbers": [found.phone_number for found in numbers],
        "moved": numbers[0].update(friendly_name="the desk").friendly_name,
        "conferences": twilio.conferences.list(friendly_name="nobody's"),
        "recordings": all(found.sid.startswith("RE") for found in twilio.recordings.list(limit=3)),
        "renamed": renamed.friendly_name,
        "gone": twilio.applications(application.sid).delete(),
        "refusals": [],
    }
    stranger = Client(username, "wrong", account_sid=account, http_client=Elsewhere(base))
    refused = [
        lambda: stranger.messages(sent.sid).fetch(),
        lambda: twilio.messages("SM" + 32 * "0").fetch(),
        lambda: twilio.messages.create(to="not a number", from_=number, body="x"),
        lambda: twilio.messages.create(to=customer, from_=number, body=1601 * "x"),
        lambda: twilio.applications(application.sid).fetch(),
    ]
    for ask in refused:
        try:
            ask()
            result["refusals"].append(None)
        except TwilioRestException as refusal:
            result["refusals"].append([refusal.status, refusal.code])
    return result


def delivered(twilio, sid):
    """Waits for the message's end, for ten seconds at most."""
    for _ in range(200):
        if twilio.messages(sid).fetch().status == "delivered":
            return
        time.sleep(0.05)
    raise TimeoutError("the message was not delivered")


ABLE = {"validate": validate, "decode": decode, "rest": rest}

for line in sys.stdin:
    request = json.loads(line)
    try:
        answer = {"answer": ABLE[request.pop("ask")](**request)}
    except Exception as error:  # the one who asked is told what went wrong, whatever it was
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
