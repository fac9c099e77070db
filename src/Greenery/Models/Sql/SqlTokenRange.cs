namespace Greenery.Models.Sql;

/// <summary>A part of a statement: tokens from <paramref name="Start"/> to <paramref name="End"/>, exclusive.</summary>
/// <param name="Tokens">Those of the whole statement.</param>
/// <param name="Start">The first.</param>
/// <param name="End">The one after the last.</param>
internal readonly record struct SqlTokenRange(IReadOnlyList<SqlToken> Tokens, int Start, int End)
{
    private static readonly SqlToken None = new(SqlTokenKind.Symbol, "", 0, 0, 0);

    public bool IsEmpty => Start >= End;

    /// <summary>The token there; one that is nothing when it is not in the range.</summary>
    public SqlToken At(int i) => i >= Start && i < End ? Tokens[i] : None;

    /// <summary>Whether the token is this keyword; after a dot or <c>as</c> a word is a name.</summary>
    public bool IsKeyword(int i, string word) => At(i).Is(word) && !At(i - 1).Is(".") && !At(i - 1).Is("as");

    public bool IsKeyword(int i, IReadOnlySet<string> words) =>
        At(i).Kind == SqlTokenKind.Word && words.Contains(At(i).Text) && IsKeyword(i, At(i).Text);

    public SqlTokenRange From(int start) => this with { Start = Math.Min(start, End) };

    public SqlTokenRange To(int end) => this with { End = Math.Min(end, End) };

    /// <summary>What is between the parentheses of which the first is at <paramref name="opening"/>.</summary>
    public SqlTokenRange Inside(int opening) => new(Tokens, opening + 1, Math.Max(opening + 1, Closing(opening)));

    /// <summary>Where the parenthesis or bracket opened there is closed; the end when it is not.</summary>
    public int Closing(int opening)
    {
        var depth = 0;
        for (var i = opening; i < End; i++)
        {
            depth += At(i).Is("(") || At(i).Is("[") ? 1 : At(i).Is(")") || At(i).Is("]") ? -1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }
        return End;
    }

    /// <summary>The positions that are in no parentheses of their own, in order.</summary>
    public IEnumerable<int> TopLevel()
    {
        for (var i = Start; i < End; i++)
        {
            yield return i;
            if (At(i).Is("(") || At(i).Is("["))
            {
                i = Closing(i);
            }
        }
    }

    /// <summary>The parts between its commas.</summary>
    public IEnumerable<SqlTokenRange> Items()
    {
        var start = Start;
        foreach (var comma in TopLevel())
        {
            if (At(comma).Is(","))
            {
                yield return new SqlTokenRange(Tokens, start, comma);
                start = comma + 1;
            }
        }
        if (start < End)
        {
            yield return From(start);
        }
    }

    public bool BeginsQuery() => At(Start).Is("select") || At(Start).Is("with") || At(Start).Is("values")
        || At(Start).Is("table") || (At(Start).Is("(") && Inside(Start).BeginsQuery());
}
