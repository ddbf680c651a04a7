<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>AccountDesk</name>
    <message numerus="yes">
        <source>%n message(s) are on this PC only: they are lost for good.</source>
        <translation>
            <numerusform>%n message is on this PC only: it is lost for good.</numerusform>
            <numerusform>%n messages are on this PC only: they are lost for good.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AgendaPane</name>
    <message numerus="yes">
        <source>%n event(s) taken in.</source>
        <translation>
            <numerusform>%n event taken in.</numerusform>
            <numerusform>%n events taken in.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Attaching</name>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AttachmentsBar</name>
    <message numerus="yes">
        <source>Save all %n ({size})…</source>
        <translation>
            <numerusform>Save all %n ({size})…</numerusform>
            <numerusform>Save all %n ({size})…</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>AttachmentsPane</name>
    <message numerus="yes">
        <source>%n attachment(s)</source>
        <translation>
            <numerusform>%n attachment</numerusform>
            <numerusform>%n attachments</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n still to be read</source>
        <translation>
            <numerusform>%n still to be read</numerusform>
            <numerusform>%n still to be read</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) chosen, {size}.</source>
        <translation>
            <numerusform>%n file chosen, {size}.</numerusform>
            <numerusform>%n files chosen, {size}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n on the server: {price}.</source>
        <translation>
            <numerusform>%n on the server: {price}.</numerusform>
            <numerusform>%n on the server: {price}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BackupDialog</name>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BoxDialog</name>
    <message numerus="yes">
        <source>%n message(s) have no shared folder: they stay in “Sur ce PC”.</source>
        <translation>
            <numerusform>%n message has no shared folder: it stays in “Sur ce PC”.</numerusform>
            <numerusform>%n messages have no shared folder: they stay in “Sur ce PC”.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Done: %n message(s) go on in the shared box.</source>
        <translation>
            <numerusform>Done: %n message goes on in the shared box.</numerusform>
            <numerusform>Done: %n messages go on in the shared box.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>BrakeWords</name>
    <message numerus="yes">
        <source>The server no longer shows the folder “{folder}”, which holds {total} messages here.</source>
        <translation>
            <numerusform>The server no longer shows the folder “{folder}”, which holds {total} message here.</numerusform>
            <numerusform>The server no longer shows the folder “{folder}”, which holds {total} messages here.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The server no longer shows much of %n folder(s).</source>
        <translation>
            <numerusform>The server no longer shows much of %n folder.</numerusform>
            <numerusform>The server no longer shows much of %n folders.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>CardsView</name>
    <message numerus="yes">
        <source>%n more card(s) not shown.</source>
        <translation>
            <numerusform>%n more card not shown.</numerusform>
            <numerusform>%n more cards not shown.</numerusform>
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
    <name>DoctorDialog</name>
    <message numerus="yes">
        <source>%n problem(s) found.</source>
        <translation>
            <numerusform>%n problem found.</numerusform>
            <numerusform>%n problems found.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n point(s) to look at.</source>
        <translation>
            <numerusform>%n point to look at.</numerusform>
            <numerusform>%n points to look at.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DraftHistoryDialog</name>
    <message numerus="yes">
        <source>+%n word(s)</source>
        <translation>
            <numerusform>+%n word</numerusform>
            <numerusform>+%n words</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>−%n word(s)</source>
        <translation>
            <numerusform>−%n word</numerusform>
            <numerusform>−%n words</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n field(s)</source>
        <translation>
            <numerusform>%n field</numerusform>
            <numerusform>%n fields</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Exchanged</name>
    <message numerus="yes">
        <source>Mail exchanged: the latest %n message(s)</source>
        <translation>
            <numerusform>Mail exchanged: the latest message</numerusform>
            <numerusform>Mail exchanged: the latest %n messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Mail exchanged: %n message(s)</source>
        <translation>
            <numerusform>Mail exchanged: %n message</numerusform>
            <numerusform>Mail exchanged: %n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message numerus="yes">
        <source>%n message(s) exported</source>
        <translation>
            <numerusform>%n message exported</numerusform>
            <numerusform>%n messages exported</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) put together from what is on this PC, and so marked.</source>
        <translation>
            <numerusform>%n message put together from what is on this PC, and so marked.</numerusform>
            <numerusform>%n messages put together from what is on this PC, and so marked.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are incomplete:</source>
        <translation>
            <numerusform>%n message is incomplete:</numerusform>
            <numerusform>%n messages are incomplete:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FamilyView</name>
    <message numerus="yes">
        <source>Pupil(s)</source>
        <translation>
            <numerusform>Pupil</numerusform>
            <numerusform>Pupils</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FileWindow</name>
    <message numerus="yes">
        <source>A message from a file. %n remote image(s) are not shown.</source>
        <translation>
            <numerusform>A message from a file. %n remote image is not shown.</numerusform>
            <numerusform>A message from a file. %n remote images are not shown.</numerusform>
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
    <name>FolderModel</name>
    <message numerus="yes">
        <source>{name}: {total} message(s)</source>
        <translation>
            <numerusform>{name}: {total} message</numerusform>
            <numerusform>{name}: {total} messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} unread</source>
        <translation>
            <numerusform>{n} unread</numerusform>
            <numerusform>{n} unread</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ImportDialog</name>
    <message numerus="yes">
        <source>%n mailbox(es)</source>
        <translation>
            <numerusform>%n mailbox</numerusform>
            <numerusform>%n mailboxes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n address book(s)</source>
        <translation>
            <numerusform>%n address book</numerusform>
            <numerusform>%n address books</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) imported</source>
        <translation>
            <numerusform>%n message imported</numerusform>
            <numerusform>%n messages imported</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n contact(s)</source>
        <translation>
            <numerusform>%n contact</numerusform>
            <numerusform>%n contacts</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> and %n list(s)</source>
        <translation>
            <numerusform> and %n list</numerusform>
            <numerusform> and %n lists</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) were here already.</source>
        <translation>
            <numerusform>%n message was here already.</numerusform>
            <numerusform>%n messages were here already.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) marked as deleted were left out.</source>
        <translation>
            <numerusform>%n message marked as deleted was left out.</numerusform>
            <numerusform>%n messages marked as deleted were left out.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n could not be read:</source>
        <translation>
            <numerusform>%n could not be read:</numerusform>
            <numerusform>%n could not be read:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>InvitationStrip</name>
    <message numerus="yes">
        <source>%n more event(s) in it</source>
        <translation>
            <numerusform>%n more event in it</numerusform>
            <numerusform>%n more events in it</numerusform>
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
    <name>KeepWords</name>
    <message numerus="yes">
        <source>Keep %n message(s) on this PC and remove them from the server ({size})?</source>
        <translation>
            <numerusform>Keep %n message on this PC and remove it from the server ({size})?</numerusform>
            <numerusform>Keep %n messages on this PC and remove them from the server ({size})?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LdapDialog</name>
    <message numerus="yes">
        <source>%n certificate(s) of a file</source>
        <translation>
            <numerusform>%n certificate of a file</numerusform>
            <numerusform>%n certificates of a file</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n entry(ies)</source>
        <translation>
            <numerusform>%n entry</numerusform>
            <numerusform>%n entries</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LearnedDialog</name>
    <message numerus="yes">
        <source>Forget the %n recipient(s) that were learnt?</source>
        <translation>
            <numerusform>Forget the recipient that was learnt?</numerusform>
            <numerusform>Forget the %n recipients that were learnt?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recipient(s) forgotten.</source>
        <translation>
            <numerusform>%n recipient forgotten.</numerusform>
            <numerusform>%n recipients forgotten.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LeavingDesk</name>
    <message numerus="yes">
        <source>%n answer(s) you wait for did not come in time.</source>
        <translation>
            <numerusform>%n answer you wait for did not come in time.</numerusform>
            <numerusform>%n answers you wait for did not come in time.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LeftOpen</name>
    <message numerus="yes">
        <source>%n draft(s) in the works when Mel Desktop stopped: kept on this PC.</source>
        <translation>
            <numerusform>%n draft was being written when Mel Desktop stopped: it is kept.</numerusform>
            <numerusform>%n drafts were being written when Mel Desktop stopped: they are kept.</numerusform>
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
    <name>MailBrowser</name>
    <message numerus="yes">
        <source>… show the quoted text (%n line(s))</source>
        <translation>
            <numerusform>… show the quoted text (%n line)</numerusform>
            <numerusform>… show the quoted text (%n lines)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MailCommands</name>
    <message numerus="yes">
        <source>%n message(s) were changed before the error.</source>
        <translation>
            <numerusform>%n message was changed before the error.</numerusform>
            <numerusform>%n messages were changed before the error.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are not put back yet.</source>
        <translation>
            <numerusform>%n message is not put back yet.</numerusform>
            <numerusform>%n messages are not put back yet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) flagged.</source>
        <translation>
            <numerusform>%n message flagged.</numerusform>
            <numerusform>%n messages flagged.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The flag is off %n message(s).</source>
        <translation>
            <numerusform>The flag is off %n message.</numerusform>
            <numerusform>The flag is off %n messages.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) marked as read.</source>
        <translation>
            <numerusform>%n message marked as read.</numerusform>
            <numerusform>%n messages marked as read.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) marked as unread.</source>
        <translation>
            <numerusform>%n message marked as unread.</numerusform>
            <numerusform>%n messages marked as unread.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The tag “{name}” is off %n message(s).</source>
        <translation>
            <numerusform>The tag “{name}” is off %n message.</numerusform>
            <numerusform>The tag “{name}” is off %n messages.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The tag “{name}” is on %n message(s).</source>
        <translation>
            <numerusform>The tag “{name}” is on %n message.</numerusform>
            <numerusform>The tag “{name}” is on %n messages.</numerusform>
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
        <source>%n message(s) deleted.</source>
        <translation>
            <numerusform>%n message deleted.</numerusform>
            <numerusform>%n messages deleted.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) archived.</source>
        <translation>
            <numerusform>%n message archived.</numerusform>
            <numerusform>%n messages archived.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) moved to junk.</source>
        <translation>
            <numerusform>%n message moved to junk.</numerusform>
            <numerusform>%n messages moved to junk.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are no junk: back in the inbox.</source>
        <translation>
            <numerusform>%n message is no junk: back in the inbox.</numerusform>
            <numerusform>%n messages are no junk: back in the inbox.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) pinned.</source>
        <translation>
            <numerusform>%n message pinned.</numerusform>
            <numerusform>%n messages pinned.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) no longer pinned.</source>
        <translation>
            <numerusform>%n message no longer pinned.</numerusform>
            <numerusform>%n messages no longer pinned.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are back.</source>
        <translation>
            <numerusform>%n message is back.</numerusform>
            <numerusform>%n messages are back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) will be copied; the copies appear when the server has them.</source>
        <translation>
            <numerusform>%n message will be copied; the copies appear when the server has them.</numerusform>
            <numerusform>%n messages will be copied; the copies appear when the server has them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) moved.</source>
        <translation>
            <numerusform>%n message moved.</numerusform>
            <numerusform>%n messages moved.</numerusform>
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
        <source>{n} message(s)</source>
        <translation>
            <numerusform>{n} message</numerusform>
            <numerusform>{n} messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} unread</source>
        <translation>
            <numerusform>{n} unread</numerusform>
            <numerusform>{n} unread</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{n} shown</source>
        <translation>
            <numerusform>{n} shown</numerusform>
            <numerusform>{n} shown</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) chosen.</source>
        <translation>
            <numerusform>%n message chosen.</numerusform>
            <numerusform>%n messages chosen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MailView</name>
    <message numerus="yes">
        <source>%n file(s) in it:</source>
        <translation>
            <numerusform>%n file in it:</numerusform>
            <numerusform>%n files in it:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MappingDialog</name>
    <message numerus="yes">
        <source>Looked at: %n line(s).</source>
        <translation>
            <numerusform>Looked at: %n line.</numerusform>
            <numerusform>Looked at: %n lines.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n class(es) or group(s).</source>
        <translation>
            <numerusform>%n class or group.</numerusform>
            <numerusform>%n classes or groups.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tie(s) of family.</source>
        <translation>
            <numerusform>%n tie of family.</numerusform>
            <numerusform>%n ties of family.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MergeDialog</name>
    <message numerus="yes">
        <source>%n line(s) could not be read.</source>
        <translation>
            <numerusform>%n line could not be read.</numerusform>
            <numerusform>%n lines could not be read.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s), {size} in all.</source>
        <translation>
            <numerusform>%n message, {size} in all.</numerusform>
            <numerusform>%n messages, {size} in all.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MessageListModel</name>
    <message numerus="yes">
        <source>conversation of %n message(s)</source>
        <translation>
            <numerusform>conversation of %n message</numerusform>
            <numerusform>conversation of %n messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unread</source>
        <translation>
            <numerusform>%n unread</numerusform>
            <numerusform>%n unread</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MigrationDialog</name>
    <message numerus="yes">
        <source>%n contact(s) imported.</source>
        <translation>
            <numerusform>%n contact imported.</numerusform>
            <numerusform>%n contacts imported.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Carry up %n message(s) to the new service?</source>
        <translation>
            <numerusform>Carry up %n message to the new service?</numerusform>
            <numerusform>Carry up %n messages to the new service?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) could not be made ready.</source>
        <translation>
            <numerusform>%n message could not be made ready.</numerusform>
            <numerusform>%n messages could not be made ready.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are there only: after this, its webmail alone shows them.</source>
        <translation>
            <numerusform>%n message is there only: after this, its webmail alone shows it.</numerusform>
            <numerusform>%n messages are there only: after this, its webmail alone shows them.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) of here are not on the new service: their texts stay in “Sur ce PC”.</source>
        <translation>
            <numerusform>%n message of here are not on the new service: its text stays in “Sur ce PC”.</numerusform>
            <numerusform>%n messages of here are not on the new service: their texts stay in “Sur ce PC”.</numerusform>
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
    <name>OrganiseDesk</name>
    <message numerus="yes">
        <source>%n message(s) snoozed until {date}.</source>
        <translation>
            <numerusform>%n message snoozed until {date}.</numerusform>
            <numerusform>%n messages snoozed until {date}.</numerusform>
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
    <message numerus="yes">
        <source>Sent to {done} of {all} recipients.</source>
        <translation>
            <numerusform>Sent to {done} of {all} recipients.</numerusform>
            <numerusform>Sent to {done} of {all} recipients.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n other(s).</source>
        <translation>
            <numerusform>and %n other.</numerusform>
            <numerusform>and %n others.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sent cannot be searched: nobody can tell whether this message left. If it did, %n recipient(s) get it twice.</source>
        <translation>
            <numerusform>Sent cannot be searched: nobody can tell whether this message left. If it did, %n recipient gets it twice.</numerusform>
            <numerusform>Sent cannot be searched: nobody can tell whether this message left. If it did, %n recipients get it twice.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recipient(s) do not have this message, and will not get it:</source>
        <translation>
            <numerusform>%n recipient does not have this message, and will not get it:</numerusform>
            <numerusform>%n recipients do not have this message, and will not get it:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n recipient(s) do not have this message yet. A corrected one is written to them, and this one is not sent to them any more.</source>
        <translation>
            <numerusform>%n recipient does not have this message yet. A corrected one is written to them, and this one is not sent to them any more.</numerusform>
            <numerusform>%n recipients do not have this message yet. A corrected one is written to them, and this one is not sent to them any more.</numerusform>
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
    <name>OwnGroups</name>
    <message numerus="yes">
        <source>Name of the group of %n recipient(s)</source>
        <translation>
            <numerusform>Name of the group of %n recipient</numerusform>
            <numerusform>Name of the group of %n recipients</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OwnWordsDialog</name>
    <message numerus="yes">
        <source>%n new word(s)</source>
        <translation>
            <numerusform>%n new word</numerusform>
            <numerusform>%n new words</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PdfView</name>
    <message numerus="yes">
        <source>on %n page(s)</source>
        <translation>
            <numerusform>on %n page</numerusform>
            <numerusform>on %n pages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>of %n</source>
        <translation>
            <numerusform>of %n</numerusform>
            <numerusform>of %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PersonPage</name>
    <message numerus="yes">
        <source>Erased from %n list(s).</source>
        <translation>
            <numerusform>Erased from %n list.</numerusform>
            <numerusform>Erased from %n lists.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) stay in the mailbox.</source>
        <translation>
            <numerusform>%n message stays in the mailbox.</numerusform>
            <numerusform>%n messages stay in the mailbox.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n person(s) may come back.</source>
        <translation>
            <numerusform>%n person may come back.</numerusform>
            <numerusform>%n people may come back.</numerusform>
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
    <name>PoliciesDialog</name>
    <message numerus="yes">
        <source>&amp;Places and problems (%n)</source>
        <translation>
            <numerusform>&amp;Places and problem (%n)</numerusform>
            <numerusform>&amp;Places and problems (%n)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PreviewWindow</name>
    <message numerus="yes">
        <source>%n more event(s) in it.</source>
        <translation>
            <numerusform>%n more event is not shown.</numerusform>
            <numerusform>%n more events are not shown.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Reader</name>
    <message numerus="yes">
        <source>%n image(s) of this message on the server: {price}.</source>
        <translation>
            <numerusform>%n image of this message on the server: {price}.</numerusform>
            <numerusform>%n images of this message on the server: {price}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReaderHead</name>
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
</context>
<context>
    <name>RecordsDesk</name>
    <message numerus="yes">
        <source>%n list(s) with classes or families are of an earlier school year.</source>
        <translation>
            <numerusform>%n list with classes or families is of an earlier school year.</numerusform>
            <numerusform>%n lists with classes or families are of an earlier school year.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RemoteStrip</name>
    <message numerus="yes">
        <source>%n remote image(s) blocked: the sender does not learn that you read this.</source>
        <translation>
            <numerusform>%n remote image blocked: the sender does not learn that you read this.</numerusform>
            <numerusform>%n remote images blocked: the sender does not learn that you read this.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) not fetched yet.</source>
        <translation>
            <numerusform>%n image not fetched yet.</numerusform>
            <numerusform>%n images not fetched yet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) could not be had.</source>
        <translation>
            <numerusform>%n image could not be had.</numerusform>
            <numerusform>%n images could not be had.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n tracking image(s), never shown: they would tell when you read.</source>
        <translation>
            <numerusform>%n tracking image, never shown: it would tell when you read.</numerusform>
            <numerusform>%n tracking images, never shown: they would tell when you read.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ReportPage</name>
    <message numerus="yes">
        <source>%n message(s) of here were not found on the new service yet; they stay visible.</source>
        <translation>
            <numerusform>%n message of here were not found on the new service yet; it stays visible.</numerusform>
            <numerusform>%n messages of here were not found on the new service yet; they stay visible.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are on their way up: they leave with the next syncs.</source>
        <translation>
            <numerusform>%n message is on their way up: it leaves with the next syncs.</numerusform>
            <numerusform>%n messages are on their way up: they leave with the next syncs.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are on the old server only</source>
        <translation>
            <numerusform>%n message is on the old server only</numerusform>
            <numerusform>%n messages are on the old server only</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n change(s), drafts and messages wait and go on at the new service.</source>
        <translation>
            <numerusform>%n change, drafts and messages wait and go on at the new service.</numerusform>
            <numerusform>%n changes, drafts and messages wait and go on at the new service.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RequestsDesk</name>
    <message numerus="yes">
        <source>%n address(es) of the link were left out.</source>
        <translation>
            <numerusform>%n address of the link was left out.</numerusform>
            <numerusform>%n addresses of the link were left out.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RestoreDialog</name>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RoomPage</name>
    <message numerus="yes">
        <source>%n attachment(s) stand in several messages and are stored once: {saved} saved.</source>
        <translation>
            <numerusform>%n attachment stands in several messages and is stored once: {saved} saved.</numerusform>
            <numerusform>%n attachments stand in several messages and are stored once: {saved} saved.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{what}: {size} (%n message(s))</source>
        <translation>
            <numerusform>{what}: {size} (%n message)</numerusform>
            <numerusform>{what}: {size} (%n messages)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{size} freed in the database (%n message(s)). What you open is fetched again from the server.</source>
        <translation>
            <numerusform>{size} freed in the database (%n message). What you open is fetched again from the server.</numerusform>
            <numerusform>{size} freed in the database (%n messages). What you open is fetched again from the server.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RulesDialog</name>
    <message numerus="yes">
        <source>%n message(s) cannot be judged: the text is not here.</source>
        <translation>
            <numerusform>%n message cannot be judged: its text is not here.</numerusform>
            <numerusform>%n messages cannot be judged: their text is not here.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Apply this rule to %n message(s) of the folder?</source>
        <translation>
            <numerusform>Apply this rule to %n message of the folder?</numerusform>
            <numerusform>Apply this rule to %n messages of the folder?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Applied to %n message(s).</source>
        <translation>
            <numerusform>Applied to %n message.</numerusform>
            <numerusform>Applied to %n messages.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SavingFiles</name>
    <message numerus="yes">
        <source>%n of these files can run a program or a hostile page. Save all the same?</source>
        <translation>
            <numerusform>%n of these files can run a program or a hostile page. Save all the same?</numerusform>
            <numerusform>%n of these files can run a program or a hostile page. Save all the same?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Fetch %n attachment(s)? {price}.</source>
        <translation>
            <numerusform>Fetch %n attachment? {price}.</numerusform>
            <numerusform>Fetch %n attachments? {price}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) saved in {folder} ({size}).</source>
        <translation>
            <numerusform>%n file saved in {folder} ({size}).</numerusform>
            <numerusform>%n files saved in {folder} ({size}).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n attachment(s)…</source>
        <translation>
            <numerusform>%n attachment…</numerusform>
            <numerusform>%n attachments…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) saved; the others could not be fetched.</source>
        <translation>
            <numerusform>%n file saved; the others could not be fetched.</numerusform>
            <numerusform>%n files saved; the others could not be fetched.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SearchDesk</name>
    <message numerus="yes">
        <source>The text of %n message(s) is not here.</source>
        <translation>
            <numerusform>The text of %n message is not here.</numerusform>
            <numerusform>The text of %n messages is not here.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are still to be indexed.</source>
        <translation>
            <numerusform>%n message is still to be indexed.</numerusform>
            <numerusform>%n messages are still to be indexed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The server found %n message(s) more.</source>
        <translation>
            <numerusform>The server found %n message more.</numerusform>
            <numerusform>The server found %n messages more.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of its messages are not known here yet: synchronise.</source>
        <translation>
            <numerusform>%n of its messages is not known here yet: synchronise.</numerusform>
            <numerusform>%n of its messages are not known here yet: synchronise.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s) could not be searched.</source>
        <translation>
            <numerusform>%n folder could not be searched.</numerusform>
            <numerusform>%n folders could not be searched.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SearchStrip</name>
    <message numerus="yes">
        <source>%n attachment(s) are still to be read.</source>
        <translation>
            <numerusform>%n attachment is still to be read.</numerusform>
            <numerusform>%n attachments are still to be read.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SeedDialog</name>
    <message numerus="yes">
        <source>%n message(s) added.</source>
        <translation>
            <numerusform>%n message added.</numerusform>
            <numerusform>%n messages added.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) were here already.</source>
        <translation>
            <numerusform>%n message was here already.</numerusform>
            <numerusform>%n messages were here already.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n template(s) of yours</source>
        <translation>
            <numerusform>%n template of yours</numerusform>
            <numerusform>%n templates of yours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n word(s) of your own dictionary</source>
        <translation>
            <numerusform>%n word of your own dictionary</numerusform>
            <numerusform>%n words of your own dictionary</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SnoozeDialog</name>
    <message numerus="yes">
        <source>%n message(s) leave the list and come back on top of it. Other programs see them unchanged.</source>
        <translation>
            <numerusform>%n message leaves the list and comes back on top of it. Other programs see it unchanged.</numerusform>
            <numerusform>%n messages leave the list and come back on top of it. Other programs see them unchanged.</numerusform>
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
        <source>This vault is an older copy: %n change(s) that were saved on this PC are missing (noticed on {when}).</source>
        <translation>
            <numerusform>This vault is an older copy: %n change that was saved on this PC is missing (noticed on {when}).</numerusform>
            <numerusform>This vault is an older copy: %n changes that were saved on this PC are missing (noticed on {when}).</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Last check of the whole vault: {when}. %n damaged part(s) were found.</source>
        <translation>
            <numerusform>Last check of the whole vault: {when}. %n damaged part was found.</numerusform>
            <numerusform>Last check of the whole vault: {when}. %n damaged parts were found.</numerusform>
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
        <source>{name}: the new copy waits for you, for %n entry(ies) would be removed.</source>
        <translation>
            <numerusform>{name}: the new copy waits for you, for %n entry would be removed.</numerusform>
            <numerusform>{name}: the new copy waits for you, for %n entries would be removed.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{name}: {count} entry(-ies).</source>
        <translation>
            <numerusform>{name}: {count} entry.</numerusform>
            <numerusform>{name}: {count} entries.</numerusform>
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
        <source>{n} message(s) here</source>
        <translation>
            <numerusform>{n} message here</numerusform>
            <numerusform>{n} messages here</numerusform>
        </translation>
    </message>
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
    <name>StorageDesk</name>
    <message numerus="yes">
        <source>%n message(s) will be fetched whole, verified, then removed from the server.</source>
        <translation>
            <numerusform>%n message will be fetched whole, verified, then removed from the server.</numerusform>
            <numerusform>%n messages will be fetched whole, verified, then removed from the server.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SummaryPage</name>
    <message numerus="yes">
        <source>• %n folder(s) will be made on the new service.</source>
        <translation>
            <numerusform>• %n folder will be made on the new service.</numerusform>
            <numerusform>• %n folders will be made on the new service.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>• %n folder(s) stay on this PC only.</source>
        <translation>
            <numerusform>• %n folder stays on this PC only.</numerusform>
            <numerusform>• %n folders stay on this PC only.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TableView</name>
    <message numerus="yes">
        <source>%n more row(s) not shown.</source>
        <translation>
            <numerusform>%n more row not shown.</numerusform>
            <numerusform>%n more rows not shown.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) in this archive; nothing is unpacked here.</source>
        <translation>
            <numerusform>%n file in this archive; nothing is unpacked here.</numerusform>
            <numerusform>%n files in this archive; nothing is unpacked here.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TagsDialog</name>
    <message numerus="yes">
        <source>It is taken off %n message(s); these stay.</source>
        <translation>
            <numerusform>It is taken off %n message; it stays.</numerusform>
            <numerusform>It is taken off %n messages; these stay.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TemplateShelf</name>
    <message numerus="yes">
        <source>%n file(s) of the school could not be read:</source>
        <translation>
            <numerusform>%n file of the school could not be read:</numerusform>
            <numerusform>%n files of the school could not be read:</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n template(s) imported.</source>
        <translation>
            <numerusform>%n template imported.</numerusform>
            <numerusform>%n templates imported.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TransferWords</name>
    <message numerus="yes">
        <source>%n message(s)</source>
        <translation>
            <numerusform>%n message</numerusform>
            <numerusform>%n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrayDesk</name>
    <message numerus="yes">
        <source>%n new message(s)</source>
        <translation>
            <numerusform>%n new message</numerusform>
            <numerusform>%n new messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) could not be sent.</source>
        <translation>
            <numerusform>%n message could not be sent.</numerusform>
            <numerusform>%n messages could not be sent.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n unread message(s)</source>
        <translation>
            <numerusform>%n unread message</numerusform>
            <numerusform>%n unread messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TrustStrip</name>
    <message numerus="yes">
        <source>And %n other point(s) to look at.</source>
        <translation>
            <numerusform>And %n other point to look at.</numerusform>
            <numerusform>And %n other points to look at.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>UndoDesk</name>
    <message numerus="yes">
        <source>The message leaves in %n second(s).</source>
        <translation>
            <numerusform>The message leaves in %n second.</numerusform>
            <numerusform>The message leaves in %n seconds.</numerusform>
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
<context>
    <name>WritingDesk</name>
    <message numerus="yes">
        <source>Fwd: %n message(s)</source>
        <translation>
            <numerusform>Fwd: %n message</numerusform>
            <numerusform>Fwd: %n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>YearPage</name>
    <message numerus="yes">
        <source>%n list(s) of an earlier school year are still shown. Import the list of {year} under the same name, or remove the classes and families: staff and schools stay.</source>
        <translation>
            <numerusform>%n list of an earlier school year is still shown. Import the list of {year} under the same name, or remove the classes and families: staff and schools stay.</numerusform>
            <numerusform>%n lists of an earlier school year are still shown. Import the list of {year} under the same name, or remove the classes and families: staff and schools stay.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Your IT service removes them by itself %n day(s) after {day}.</source>
        <translation>
            <numerusform>Your IT service removes them by itself %n day after {day}.</numerusform>
            <numerusform>Your IT service removes them by itself %n days after {day}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Groups</name>
    <message numerus="yes">
        <source>%n person(s)</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without an address</source>
        <translation>
            <numerusform>%n without an address</numerusform>
            <numerusform>%n without an address</numerusform>
        </translation>
    </message>
</context>
</TS>
