using Greenery.Models.Sql;
using Greenery.Sources;
using Greenery.Warehouse;

namespace Greenery.Models;

/// <summary>One select that becomes one table or view of a mart.</summary>
public sealed record Model
{
    /// <summary>The file's name without .sql; unique among all models and source tables.</summary>
    public required string Name { get; init; }

    /// <summary>The folder, and the schema readers see it in.</summary>
    public required string Mart { get; init; }

    /// <summary>All marts of the project.</summary>
    public Marts Marts { get; init; } = Marts.Usual;

    /// <summary>The file, for messages: <c>sql/core/dim_users.sql</c>.</summary>
    public required string File { get; init; }

    /// <summary>The select as written in the file, without a final semicolon.</summary>
    public required string Sql { get; init; }

    public string Description { get; init; } = "";

    public Materialization Materialization { get; init; }

    public IncrementalStrategy Strategy { get; init; }

    /// <summary>The columns that identify a row; empty when the model does not say.</summary>
    public IReadOnlyList<string> UniqueKey { get; init; } = [];

    /// <summary>The column of <see cref="IncrementalStrategy.ReplaceWindow"/>; null otherwise.</summary>
    public string? Window { get; init; }

    /// <summary>
    /// How changes of what a model by key reads lead to its keys; empty for other models.
    /// </summary>
    public IReadOnlyList<ModelInput> Inputs { get; init; } = [];

    /// <summary>
    /// The columns whose rows a model by key computes together (<c>rebuild_key</c>); its unique key by default.
    /// </summary>
    public IReadOnlyList<string> RebuildKey { get; init; } = [];

    /// <summary>How a model by key is divided (<c>config: partition_by</c>); null when it is one table.</summary>
    public PartitionRule? Partition { get; init; }

    /// <summary>Where its rows are on a cluster; null for the coordinator, and for views.</summary>
    public Distribution? Distribution { get; init; }

    /// <summary>File and line of <see cref="Distribution"/>; empty when there is none.</summary>
    public string DistributionPlace { get; init; } = "";

    /// <summary>
    /// Whether its select unites rows of which some are of distributed models. Citus 13 computes such a union wrongly
    /// where these are read through a view with a condition, as a version of an incremental model is.
    /// </summary>
    internal bool UnitesDistributed { get; init; }

    /// <summary>
    /// By source table that it reads, how far back it needs the rows (<c>config: needs</c>): a table must not be kept
    /// for less.
    /// </summary>
    public IReadOnlyDictionary<string, RetentionPeriod> Needs { get; init; } =
        new Dictionary<string, RetentionPeriod>();

    /// <summary>Indexes for those who query the table; empty for a view.</summary>
    public IReadOnlyList<ModelIndex> Indexes { get; init; } = [];

    /// <summary>Whether a run computes the rows of touched keys by the full select.</summary>
    public bool IsByKey => Materialization == Materialization.Incremental && Strategy == IncrementalStrategy.ByKey;

    /// <summary>The part of page and digest that shows its rows; null for none.</summary>
    public ReportSection? Report { get; init; }

    /// <summary>Whether it is no reason to warn when a run leaves it without rows; false by default.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>
    /// As described, and those that are personal without a description; the select may return more.
    /// </summary>
    public IReadOnlyList<ModelColumn> Columns { get; init; } = [];

    public IReadOnlyList<DeclaredCheck> Checks { get; init; } = [];

    /// <summary>
    /// Whether it returns exactly the columns that are described, of the types that are described (<c>config: contract:
    /// {enforced: true}</c>).
    /// </summary>
    public bool HasContract { get; init; }

    /// <summary>Who answers for it; null when no owner is named.</summary>
    public string? Owner => Ownership.Owner?.Name;

    /// <summary>Whom it concerns (<c>meta</c>).</summary>
    public Ownership Ownership { get; init; } = Ownership.None;

    /// <summary>Words to find it by (<c>config: tags</c>).</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The models it reads, by name.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>The source tables it reads, by name.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>
    /// Hash of all that decides the model's rows but the data: its SQL without comments and white space, its
    /// configuration, and the definitions of what it reads.
    /// </summary>
    public string Definition { get; init; } = "";

    internal IReadOnlyList<SqlToken> Tokens { get; init; } = [];

    /// <summary><see cref="Sql"/> with <c>:time_zone</c> as in the file.</summary>
    internal string Template { get; init; } = "";

    /// <summary>The select with <c>:since</c> filled in.</summary>
    /// <param name="since">The load sequence up to which rows are already there; 0 for a full build.</param>
    public string SqlSince(long since) => SqlParameters.Fill(Sql, Tokens, since);

    /// <summary>As the other, with another time zone than the project's; null for that.</summary>
    internal string SqlWith(long since, string? timeZone)
    {
        if (timeZone is null)
        {
            return SqlSince(since);
        }
        var sql = SqlParameters.FillTimeZone(Template, timeZone);
        return SqlParameters.Fill(sql, SqlTokenizer.Tokenize(sql), since);
    }

    /// <summary>For SQL: mart and name, quoted where it has to be.</summary>
    public string QualifiedName => SqlText.Name(Mart, Name);

    /// <summary>Its name in full, for messages.</summary>
    public override string ToString() => $"{Mart}.{Name}";
}
