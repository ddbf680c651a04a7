<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>BrakeWords</name>
    <message numerus="yes">
        <source>The server no longer shows much of %n folder(s).</source>
        <translation>
            <numerusform>The server no longer shows much of %n folder.</numerusform>
            <numerusform>The server no longer shows much of %n folders.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DirectoryPane</name>
    <message numerus="yes">
        <source>%n entry(ies) found</source>
        <translation>
            <numerusform>%n entry found</numerusform>
            <numerusform>%n entries found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>the first %n shown</source>
        <translation>
            <numerusform>the first one shown</numerusform>
            <numerusform>the first %n shown</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FolderDesk</name>
    <message numerus="yes">
        <source>%n folder(s) in it go too.</source>
        <translation>
            <numerusform>The folder in it goes too.</numerusform>
            <numerusform>The %n folders in it go too.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) go to the trash first.</source>
        <translation>
            <numerusform>%n message goes to the trash first.</numerusform>
            <numerusform>%n messages go to the trash first.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>JournalPane</name>
    <message numerus="yes">
        <source>%n change(s)</source>
        <translation>
            <numerusform>%n change</numerusform>
            <numerusform>%n changes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n attempt(s) so far.</source>
        <translation>
            <numerusform>%n attempt so far.</numerusform>
            <numerusform>%n attempts so far.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LockDesk</name>
    <message numerus="yes">
        <source>%n message(s) not sent yet will be lost.</source>
        <translation>
            <numerusform>%n message not sent yet will be lost.</numerusform>
            <numerusform>%n messages not sent yet will be lost.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s) will be lost.</source>
        <translation>
            <numerusform>%n draft will be lost.</numerusform>
            <numerusform>%n drafts will be lost.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) did not reach the server yet.</source>
        <translation>
            <numerusform>%n change did not reach the server yet.</numerusform>
            <numerusform>%n changes did not reach the server yet.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MailPage</name>
    <message numerus="yes">
        <source>%n message(s) found</source>
        <translation>
            <numerusform>%n message found</numerusform>
            <numerusform>%n messages found</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) chosen.</source>
        <translation>
            <numerusform>%n message chosen.</numerusform>
            <numerusform>%n messages chosen.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Delete %n message(s) for good? This cannot be undone.</source>
        <translation>
            <numerusform>Delete %n message for good? This cannot be undone.</numerusform>
            <numerusform>Delete %n messages for good? This cannot be undone.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) will be copied; the copies appear when the server has them.</source>
        <translation>
            <numerusform>%n message will be copied; the copy appears when the server has it.</numerusform>
            <numerusform>%n messages will be copied; the copies appear when the server has them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OpenPage</name>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n second</numerusform>
            <numerusform>%n seconds</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OutboxPane</name>
    <message numerus="yes">
        <source>%n attempt(s) so far.</source>
        <translation>
            <numerusform>%n attempt so far.</numerusform>
            <numerusform>%n attempts so far.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OutsideBar</name>
    <message numerus="yes">
        <source>%n file(s) opened outside</source>
        <translation>
            <numerusform>%n file opened outside</numerusform>
            <numerusform>%n files opened outside</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PlanDialog</name>
    <message numerus="yes">
        <source>%n message(s) would come.</source>
        <translation>
            <numerusform>%n message would come.</numerusform>
            <numerusform>%n messages would come.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) would leave this PC.</source>
        <translation>
            <numerusform>%n message would leave this PC.</numerusform>
            <numerusform>%n messages would leave this PC.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) would be marked anew here.</source>
        <translation>
            <numerusform>%n message would be marked anew here.</numerusform>
            <numerusform>%n messages would be marked anew here.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n mark(s) would be passed on.</source>
        <translation>
            <numerusform>%n mark would be passed on.</numerusform>
            <numerusform>%n marks would be passed on.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) would be moved on the server.</source>
        <translation>
            <numerusform>%n message would be moved on the server.</numerusform>
            <numerusform>%n messages would be moved on the server.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) would be copied on the server.</source>
        <translation>
            <numerusform>%n message would be copied on the server.</numerusform>
            <numerusform>%n messages would be copied on the server.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) that you deleted would be removed from the server.</source>
        <translation>
            <numerusform>%n message that you deleted would be removed from the server.</numerusform>
            <numerusform>%n messages that you deleted would be removed from the server.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) would be looked for anew.</source>
        <translation>
            <numerusform>%n message would be looked for anew.</numerusform>
            <numerusform>%n messages would be looked for anew.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) would wait for your decision.</source>
        <translation>
            <numerusform>%n change would wait for your decision.</numerusform>
            <numerusform>%n changes would wait for your decision.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Reader</name>
    <message numerus="yes">
        <source>Show all %n recipient(s)…</source>
        <translation>
            <numerusform>Show the recipient…</numerusform>
            <numerusform>Show all %n recipients…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n other(s)</source>
        <translation>
            <numerusform>and %n other</numerusform>
            <numerusform>and %n others</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n remote image(s) blocked: the sender does not learn that you read this.</source>
        <translation>
            <numerusform>%n remote image blocked: the sender does not learn that you read this.</numerusform>
            <numerusform>%n remote images blocked: the sender does not learn that you read this.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) of this message on the server: {price}.</source>
        <translation>
            <numerusform>%n image of this message on the server: {price}.</numerusform>
            <numerusform>%n images of this message on the server: {price}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SoundnessWords</name>
    <message numerus="yes">
        <source>%n change(s) that this PC had saved are missing since {when}: an older copy of the vault has come back.</source>
        <translation>
            <numerusform>%n change that this PC had saved is missing since {when}: an older copy of the vault has come back.</numerusform>
            <numerusform>%n changes that this PC had saved are missing since {when}: an older copy of the vault has come back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n text(s) or attachment(s) come from the server again with the next sync.</source>
        <translation>
            <numerusform>%n text or attachment comes from the server again with the next sync.</numerusform>
            <numerusform>%n texts or attachments come from the server again with the next sync.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SourcesPanel</name>
    <message numerus="yes">
        <source>%n entry(ies)</source>
        <translation>
            <numerusform>%n entry</numerusform>
            <numerusform>%n entries</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n line(s) left out in all.</source>
        <translation>
            <numerusform>%n line left out in all.</numerusform>
            <numerusform>%n lines left out in all.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusWords</name>
    <message numerus="yes">
        <source>%n message(s) to send</source>
        <translation>
            <numerusform>%n message to send</numerusform>
            <numerusform>%n messages to send</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) to pass on</source>
        <translation>
            <numerusform>%n change to pass on</numerusform>
            <numerusform>%n changes to pass on</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) not sent</source>
        <translation>
            <numerusform>%n message not sent</numerusform>
            <numerusform>%n messages not sent</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) need you</source>
        <translation>
            <numerusform>%n change needs you</numerusform>
            <numerusform>%n changes need you</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>VaultDialog</name>
    <message numerus="yes">
        <source>Passphrase: {kdf}, {memory} MiB, %n pass(es)</source>
        <translation>
            <numerusform>Passphrase: {kdf}, {memory} MiB, %n pass</numerusform>
            <numerusform>Passphrase: {kdf}, {memory} MiB, %n passes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Your establishment allows %n minute(s) at most.</source>
        <translation>
            <numerusform>Your establishment allows %n minute at most.</numerusform>
            <numerusform>Your establishment allows %n minutes at most.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) not sent.</source>
        <translation>
            <numerusform>%n message not sent.</numerusform>
            <numerusform>%n messages not sent.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s).</source>
        <translation>
            <numerusform>%n draft.</numerusform>
            <numerusform>%n drafts.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s) to pass on.</source>
        <translation>
            <numerusform>%n change to pass on.</numerusform>
            <numerusform>%n changes to pass on.</numerusform>
        </translation>
    </message>
</context>
</TS>
