namespace Greenery.Alerts.Messages;

/// <summary>
/// A notification, independent of the channel: the formats make mail, an Adaptive Card or plain text of it. It lies
/// in the outbox as JSON until it is sent. All texts are plain: a format encodes them.
/// </summary>
/// <param name="Id">Unique per message and destination; sent along, so that a second copy is recognised.</param>
/// <param name="At">When it came to be; the same for every try, whatever the hour it is sent.</param>
/// <param name="Severity">How bad it is: the colour, and the word beside it.</param>
/// <param name="Title">One line: subject of the mail, head of the card.</param>
/// <param name="Blocks">In the order they are read.</param>
/// <param name="Links">Buttons: the report, the run.</param>
public sealed record Message(
    string Id, DateTimeOffset At, MessageSeverity Severity, string Title, IReadOnlyList<Block> Blocks,
    IReadOnlyList<Link> Links);

/// <summary>A button.</summary>
/// <param name="Text">What it says.</param>
/// <param name="Url">Where it leads; http or https. Formats leave out a button with anything else.</param>
public sealed record Link(string Text, Uri Url);
