using System.Globalization;
using Greenery.Warehouse;

namespace Greenery.Sources;

/// <summary>The contract of one source table: what its drops must look like.</summary>
public sealed record SourceTable
{
    /// <summary>The table in schema staging, and, unless <see cref="DropName"/> says otherwise, of its drops.</summary>
    public required string Name { get; init; }

    /// <summary>The name of the source it is of (<c>sources: - name</c>); empty when it has none.</summary>
    public string System { get; init; } = "";

    /// <summary>For people; empty when there is none.</summary>
    public string Description { get; init; } = "";

    /// <summary>In the order of the contract. A drop's columns may come in any order.</summary>
    public required IReadOnlyList<SourceColumn> Columns { get; init; }

    /// <summary>Names of the columns that identify a row; at least one.</summary>
    public required IReadOnlyList<string> PrimaryKey { get; init; }

    /// <summary>The name a drop has before <c>-part</c> and the extension; the table's name by default.</summary>
    public required string DropName { get; init; }

    /// <summary>
    /// Forms of the paths of its drops (<c>path</c>); none by default: then they are <see cref="DropName"/> in folders
    /// of dates.
    /// </summary>
    public IReadOnlyList<DropPattern> Paths { get; init; } = [];

    /// <summary>The path that a drop of a date could have, for messages.</summary>
    public string ExamplePath(DateOnly date) => Paths.Count > 0
        ? Paths[0].Example(date)
        : string.Create(CultureInfo.InvariantCulture, $"{date:yyyy-MM-dd}/{DropName}.csv");

    /// <summary>
    /// More bad rows than this in one drop are a warning; none by default: every bad row is reported anyway.
    /// </summary>
    public RejectLimit? WarnAbove { get; init; }

    /// <summary>More bad rows than this refuse the drop whole; 10% by default.</summary>
    public RejectLimit FailAbove { get; init; } = new(null, 10);

    /// <summary>
    /// The drops of a date are the complete table (<c>config: snapshot: true</c>, or its brake); null when not.
    /// </summary>
    public SnapshotRule? Snapshot { get; init; }

    /// <summary>
    /// Columns of which every version is kept (<c>config: history: [price]</c>), readable as
    /// <see cref="HistoryName"/>; none by default.
    /// </summary>
    public IReadOnlyList<string> History { get; init; } = [];

    /// <summary>How the table is divided into partitions (<c>config: partition_by</c>); null when it is one.</summary>
    public PartitionRule? Partition { get; init; }

    /// <summary>Where its rows are on a cluster; null for the coordinator.</summary>
    public Distribution? Distribution { get; init; }

    /// <summary>How far back rows are kept (<c>config: keep</c>); null for all. Only with partitions.</summary>
    public RetentionPeriod? Keep { get; init; }

    /// <summary>File and line of <see cref="Keep"/>; empty when there is none.</summary>
    public string KeepPlace { get; init; } = "";

    /// <summary>
    /// A file with different rows of one key is refused (<c>config: duplicate_keys: refuse</c>); otherwise the last
    /// row wins, and a note says so.
    /// </summary>
    public bool RefusesDuplicateKeys { get; init; }

    /// <summary>Whether any column is personal: then no part of a raw row may be shown.</summary>
    public bool HasPersonalColumns => Columns.Any(column => column.IsPersonal);

    /// <summary>
    /// Names that the contract does not know, as they may be shown: their number alone where the table has personal
    /// columns, since a file without header, or a JSON object with keys of persons, has values in their place.
    /// </summary>
    public IReadOnlyList<string> ShowUnknown(IReadOnlyList<string> names) => !HasPersonalColumns || names.Count == 0
        ? names : [$"*** ({names.Count}; the names are keys of {Name}._extra)"];

    /// <summary>Whether versions of columns are kept.</summary>
    public bool HasHistory => History.Count > 0;

    /// <summary>
    /// How models name the versions: key, columns, <c>valid_from</c>, <c>valid_to</c> (dates of drops; the latter
    /// excluded, null while it lasts) and <c>valid_from_or_start</c>: -infinity for a key's first version, so that a
    /// row older than the first drop finds the earliest value known.
    /// </summary>
    public string HistoryName => HistoryNameOf(Name);

    /// <summary>How the history of a source table is called.</summary>
    internal static string HistoryNameOf(string table) => $"{table}_history";

    /// <summary>The table beside it with what each drop said of the columns whose history is kept.</summary>
    internal string ObservedName => ObservedNameOf(Name);

    internal static string ObservedNameOf(string table) => $"{table}_observation";

    /// <summary>The table beside it with what rows had before they were updated or removed.</summary>
    internal string ReplacedName => $"{Name}_replaced";

    /// <summary>
    /// Columns by which models by key follow changed rows: their values before an update or a removal are kept until
    /// all models know of it. Set by the models; empty when none does.
    /// </summary>
    public IReadOnlyList<string> FollowedColumns { get; init; } = [];

    /// <summary>What a history adds to the key and the columns kept; all are dates. New ones go last.</summary>
    public static IReadOnlyList<string> Validity { get; } = ["valid_from", "valid_to", "valid_from_or_start"];

    /// <summary>Whether a model or check that names this reads the table, or the versions of its rows.</summary>
    public bool IsReadAs(string name) => name == Name || (HasHistory && name == HistoryName);

    /// <summary>How its CSV files are written (<c>config: csv</c>).</summary>
    public CsvOptions Csv { get; init; } = CsvOptions.Default;

    /// <summary>Where the rows of its Excel workbooks are (<c>config: xlsx</c>).</summary>
    public ExcelOptions Xlsx { get; init; } = ExcelOptions.Default;

    /// <summary>
    /// Whether it is no reason to warn when a drop has no row (<c>config: may_be_empty: true</c>); false by default.
    /// </summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>
    /// A refused drop keeps the run from publishing anything (<c>config: required: true</c>); by default only the
    /// models that read the table keep their version.
    /// </summary>
    public bool IsRequired { get; init; }

    /// <summary>How old the newest drop may be; null when the contract does not say.</summary>
    public Freshness? Freshness { get; init; }

    /// <summary>Who answers for it (<c>meta: owner</c>); null when no owner is named.</summary>
    public string? Owner => Ownership.Owner?.Name;

    /// <summary>Whom it concerns (<c>meta</c>, of the table or of its source).</summary>
    public Ownership Ownership { get; init; } = Ownership.None;

    /// <summary>Words to find it by (<c>config: tags</c>), those of its source among them.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>
    /// dbt's <c>loaded_at_field</c>, of the table or of its source: not used, because the date of a drop is known. Null
    /// when there is none.
    /// </summary>
    public SourceReference? LoadedAt { get; init; }

    /// <summary>Its checks and those of its columns, as the contract has them.</summary>
    public IReadOnlyList<DeclaredCheck> Checks { get; init; } = [];

    /// <summary>File and line in sources.yml.</summary>
    public required string Place { get; init; }
}
