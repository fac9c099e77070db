using Greenery.Warehouse;

namespace Greenery.Sources;

/// <summary>What <c>config</c> says of a table; a table inherits from its source.</summary>
internal sealed record TableConfig
{
    public static TableConfig Default { get; } = new();

    public string? DropName { get; init; }

    public RejectLimit? WarnAbove { get; init; }

    public RejectLimit FailAbove { get; init; } = new(null, 10);

    public SnapshotRule? Snapshot { get; init; }

    public IReadOnlyList<string> History { get; init; } = [];

    public PartitionRule? Partition { get; init; }

    public Distribution? Distribution { get; init; }

    public RetentionPeriod? Keep { get; init; }

    public bool RefusesDuplicateKeys { get; init; }

    public bool MayBeEmpty { get; init; }

    public bool IsRequired { get; init; }

    public Freshness? Freshness { get; init; }

    public CsvOptions Csv { get; init; } = CsvOptions.Default;

    public ExcelOptions Xlsx { get; init; } = ExcelOptions.Default;

    public IReadOnlyList<string> Nulls { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>dbt's <c>loaded_at_field</c>, which is not used.</summary>
    public SourceReference? LoadedAt { get; init; }
}
