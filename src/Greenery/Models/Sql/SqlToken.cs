namespace Greenery.Models.Sql;

internal enum SqlTokenKind
{
    /// <summary>
    /// A keyword or a bare name; <see cref="SqlToken.Text"/> is in lower case, as PostgreSQL folds it.
    /// </summary>
    Word,

    /// <summary>A name in double quotes; the text is without them.</summary>
    QuotedName,

    /// <summary>A string literal of any kind, with its quotes.</summary>
    Literal,

    Number,

    /// <summary>A parameter such as <c>:since</c>; the text is without the colon.</summary>
    Parameter,

    /// <summary>One character of anything else, or <c>::</c>.</summary>
    Symbol,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, normalised as its kind says.</param>
/// <param name="Start">Where it begins in the file (characters from 0).</param>
/// <param name="End">Where it ends, exclusive.</param>
/// <param name="Line">The line it begins on, from 1.</param>
internal readonly record struct SqlToken(SqlTokenKind Kind, string Text, int Start, int End, int Line)
{
    public bool IsName => Kind is SqlTokenKind.Word or SqlTokenKind.QuotedName;

    /// <summary>Whether it is the parameter <c>:since</c>.</summary>
    public bool IsSince => this is { Kind: SqlTokenKind.Parameter, Text: SqlParameters.Since };

    public bool Is(string word) => Kind is SqlTokenKind.Word or SqlTokenKind.Symbol && Text == word;
}
