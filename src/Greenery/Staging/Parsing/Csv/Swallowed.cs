namespace Greenery.Staging.Parsing.Csv;

/// <summary>What the lines inside the quoted fields of a row say of its quotes.</summary>
internal enum Swallowed
{
    /// <summary>The fields are what they look like.</summary>
    Nothing,

    /// <summary>More has to be read to tell.</summary>
    MaybeRow,

    /// <summary>
    /// Each line looks like a row, of texts only: a text can hold such lines, so it is taken as it is, with a note.
    /// </summary>
    LookAlike,

    /// <summary>The lines are one row by their quotes, and good rows without one of these: none can be kept.</summary>
    Ambiguous,

    /// <summary>A line is a row: the quote is wrong.</summary>
    Row,
}
