namespace Greenery.Reports.Data;

/// <summary>Everything the page takes from the database.</summary>
public sealed record OpsData
{
    /// <summary>The run it is about; null when there was none yet.</summary>
    public ReportedRun? Run { get; init; }

    /// <summary>Null when nothing was published.</summary>
    public PublishedState? Readers { get; init; }

    /// <summary>The last runs that checked anything, oldest first.</summary>
    public IReadOnlyList<RunHistoryEntry> RunHistory { get; init; } = [];

    /// <summary>By id.</summary>
    public IReadOnlyList<CheckHistory> Checks { get; init; } = [];

    public IReadOnlyList<FailingRow> FailingRows { get; init; } = [];

    /// <summary>The last published business dates, oldest first.</summary>
    public IReadOnlyList<MetricHistoryPoint> Metrics { get; init; } = [];

    public IReadOnlyList<NewestDrop> NewestDrops { get; init; } = [];

    public IReadOnlyList<DayVolume> Volumes { get; init; } = [];

    public IReadOnlyList<DropNote> Drops { get; init; } = [];

    /// <summary>Empty when the run did not get as far as its plan.</summary>
    public IReadOnlyList<RunModel> Models { get; init; } = [];

    public IReadOnlyList<LastBuild> Builds { get; init; } = [];

    public IReadOnlyList<ShownModel> Live { get; init; } = [];

    public IReadOnlyList<ViewColumn> Columns { get; init; } = [];

    public IReadOnlyList<StepTime> Steps { get; init; } = [];

    public IReadOnlyList<QuarantinedExample> Quarantine { get; init; } = [];

    public IReadOnlyList<OpenSince> OpenBefore { get; init; } = [];

    public ShopFindings? Shop { get; init; }
}
