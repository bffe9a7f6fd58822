"""Mail and news with Python's own modules: the rows' tasks, and nothing else."""

import sys
import warnings

warnings.simplefilter("ignore")
task, port, what = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if task == "smtp":
    import smtplib

    with smtplib.SMTP("127.0.0.1", port) as session, open(what, "rb") as message:
        session.sendmail("a@example.org", ["b@example.org"], message.read())
elif task == "pop3":
    import poplib

    session = poplib.POP3("127.0.0.1", port)
    session.user("me")
    session.pass_("secret")
    session.retr(what)
    session.quit()
elif task in ("imap", "append"):
    import imaplib

    with imaplib.IMAP4("127.0.0.1", port) as session:
        session.login("me", "secret")
        if task == "append":
            with open(what, "rb") as message:
                session.append("INBOX", None, None, message.read())
        else:
            session.select("INBOX")
            session.uid("FETCH", what, "(BODY.PEEK[])")
else:
    import nntplib

    with nntplib.NNTP("127.0.0.1", port) as session:
        first, last = session.group("bench." + what)[2:4]
        if task == "overview":
            session.over((first, last))
        else:
            for number in range(first, last + 1):
                session.article(number)
