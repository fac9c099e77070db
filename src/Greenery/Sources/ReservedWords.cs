namespace Greenery.Sources;

/// <summary>Words that cannot be bare names of tables in PostgreSQL (manual, appendix C: "reserved").</summary>
internal static class ReservedWords
{
    /// <summary>Columns every PostgreSQL table has already.</summary>
    public static readonly string[] SystemColumns = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

    /// <summary>
    /// What the SQL of checks calls the table it looks at; no model or source table may have the name.
    /// </summary>
    public const string CheckedTable = "t";

    /// <summary>The rest of the sentence that refuses <see cref="CheckedTable"/> as a name.</summary>
    public const string CheckedTableRefusal =
        $"is called '{CheckedTable}', which is what checks call the table they look at; expected another name.";

    private static readonly HashSet<string> Words = new(
        """
        all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column
        concurrently constraint create cross current_catalog current_date current_role current_schema current_time
        current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze from
        full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
        localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
        returning right select session_user similar some symmetric system_user table tablesample then to trailing true union
        unique user using variadic verbose when where window with
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        StringComparer.Ordinal);

    public static bool Contains(string name) => Words.Contains(name);
}
