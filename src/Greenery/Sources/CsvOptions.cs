namespace Greenery.Sources;

/// <summary>How the CSV files of a table are written (<c>config: csv</c>).</summary>
public sealed record CsvOptions
{
    /// <summary>UTF-8, comma or what the header line shows, double quotes, a header line.</summary>
    public static CsvOptions Default { get; } = new();

    /// <summary>An ASCII character; null when the header line shows it.</summary>
    public char? Delimiter { get; init; }

    /// <summary>An ASCII character; null when fields are never quoted.</summary>
    public char? Quote { get; init; } = '"';

    /// <summary>The decimal separator; null when the contract does not say, which means a point.</summary>
    public char? Decimal { get; init; }

    /// <summary>What separates groups of three digits; null when numbers have no groups.</summary>
    public char? Thousands { get; init; }

    /// <summary>One of <see cref="FileEncodings.Known"/>.</summary>
    public string Encoding { get; init; } = FileEncodings.Utf8;

    /// <summary>Whether the first line names the columns; without it they come in the order of the contract.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>The form of dates (<c>dd.MM.yyyy</c>); null for <c>yyyy-MM-dd</c>.</summary>
    public DateLayout? DateFormat { get; init; }

    /// <summary>Whether spaces and tabs around a field are not part of it.</summary>
    public bool IsTrimmed { get; init; }

    /// <summary>Whether <c>""</c> in a text column is a text without characters; by default it is null.</summary>
    public bool KeepsEmptyText { get; init; }
}
