using System.Text.Json.Serialization;

namespace Greenery.Alerts.Messages;

/// <summary>A part of a message.</summary>
[JsonDerivedType(typeof(Paragraph), "paragraph")]
[JsonDerivedType(typeof(Facts), "facts")]
[JsonDerivedType(typeof(Problems), "problems")]
[JsonDerivedType(typeof(Samples), "samples")]
[JsonDerivedType(typeof(Table), "table")]
[JsonDerivedType(typeof(Trends), "trends")]
public abstract record Block
{
    /// <summary>A sentence or two.</summary>
    public sealed record Paragraph(string Text) : Block;

    /// <summary>Names and values, such as "Data as of" and a date.</summary>
    public sealed record Facts(IReadOnlyList<Fact> Items) : Block;

    /// <summary>
    /// Checks, sources or the run itself, and how they stand. A small format shows fewer, or only counts per owner;
    /// <paramref name="More"/> is how many are left out.
    /// </summary>
    public sealed record Problems(string Caption, IReadOnlyList<MessageProblem> Items, int More = 0) : Block;

    /// <summary>
    /// Failing rows of one check, personal columns masked. The first thing a small format leaves out;
    /// <paramref name="More"/> is how many rows are left out.
    /// </summary>
    public sealed record Samples(
        string Caption, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, int More = 0) : Block;

    /// <summary>
    /// Anything else with rows and columns; columns named in <paramref name="Numeric"/> by position, from 0, stand to
    /// the right; <paramref name="More"/> is how many rows are left out.
    /// </summary>
    public sealed record Table(
        string Caption,
        IReadOnlyList<string> Columns,
        IReadOnlyList<int> Numeric,
        IReadOnlyList<IReadOnlyList<string>> Rows,
        int More = 0) : Block;

    /// <summary>Key figures with their change and their last days, drawn without images.</summary>
    public sealed record Trends(string Caption, IReadOnlyList<Trend> Items) : Block;
}

/// <summary>A name and its value.</summary>
public sealed record Fact(string Name, string Value);

/// <summary>Something that is wrong, or right again.</summary>
/// <param name="Subject">What: a check's id, a source, the run.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="Owner">Who looks after it.</param>
/// <param name="Text">What was found, in a sentence.</param>
/// <param name="Failing">Rows failing now; null where rows are not counted.</param>
/// <param name="Before">Rows failing the last time; null where there was none.</param>
/// <param name="Change">In words: new, worse, open for 3 days, recovered after 2 days.</param>
public sealed record MessageProblem(string Subject, MessageSeverity Severity, string Owner, string Text, long? Failing,
    long? Before, string Change)
{
    /// <summary>Why it is looked at: what is assumed, and what goes wrong where it does not hold; empty where that is
    /// not said.</summary>
    public string Why { get; init; } = "";

    /// <summary>What depends on it, for people; empty where nothing does.</summary>
    public string Affects { get; init; } = "";

    /// <summary>A query on the warehouse that shows the rows; empty where there are none.</summary>
    public string RowsSql { get; init; } = "";
}

/// <summary>A key figure.</summary>
/// <param name="Title">Its name for people.</param>
/// <param name="Value">As people write it.</param>
/// <param name="Changes">In words: +3 % since the day before.</param>
/// <param name="Points">The last days' values, oldest first; null where there was none.</param>
/// <param name="Range">In words, between what the points lie: 76.1 % to 79.8 % in 14 days; empty where it is not
/// said.</param>
public sealed record Trend(
    string Title, string Value, IReadOnlyList<string> Changes, IReadOnlyList<decimal?> Points, string Range = "");
