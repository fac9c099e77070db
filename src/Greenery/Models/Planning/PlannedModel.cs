using Greenery.Warehouse;

namespace Greenery.Models.Planning;

/// <summary>What a run does with a model; <c>ops.run_model.action</c>.</summary>
[StoredAsText]
public enum ModelAction
{
    /// <summary>Its rows are computed.</summary>
    Build,

    /// <summary>A table with the same fingerprint is there already.</summary>
    Reuse,
}

/// <summary>What a run will do with one model, and why.</summary>
/// <param name="Model">The model.</param>
/// <param name="Action">Build or reuse.</param>
/// <param name="Reason">For people: <c>new</c>, <c>changed SQL</c>, <c>new rows in orders</c>,
/// <c>unchanged</c>.</param>
/// <param name="Fingerprint">Hash of the definition and of the data it reads.</param>
/// <param name="TableName">The table in schema warehouse that holds, or will hold, its rows.</param>
/// <param name="Version">The run up to which rows of an incremental table belong to this version.</param>
/// <param name="IsDelta">Only the rows that are new since <paramref name="Since"/> are computed.</param>
/// <param name="Since">What <c>:since</c> is.</param>
/// <param name="Until">The last load sequence that the rows cover.</param>
public sealed record PlannedModel(
    Model Model,
    ModelAction Action,
    string Reason,
    string Fingerprint,
    string TableName,
    long Version,
    bool IsDelta,
    long Since,
    long Until)
{
    /// <summary>Which versions of other models its rows are computed from, by name.</summary>
    public IReadOnlyDictionary<string, ModelVersion> Reads { get; init; } = new Dictionary<string, ModelVersion>();

    /// <summary>The rows are a table's, not a view's.</summary>
    public bool IsTable => Model.Materialization != Materialization.View;

    /// <summary>The select that computes its rows, as it is sent.</summary>
    public string Statement => Model.SqlSince(Since);

    /// <summary>Readers see this very version.</summary>
    public bool IsUnchanged => Reason is ModelPlanner.Unchanged or ModelPlanner.NotSelected;

    /// <summary>A try reads it as readers see it.</summary>
    public bool IsNotSelected => Reason == ModelPlanner.NotSelected;

    /// <summary>It keeps the version readers see, although there may be something new.</summary>
    public bool IsHeld => Reason.StartsWith(ModelPlanner.Held, StringComparison.Ordinal);

    /// <summary>The table, quoted, that has the rows of a model that it reads; null for other names.</summary>
    internal string? TableOf(string model) =>
        Reads.TryGetValue(model, out var version) ? SqlText.Name("warehouse", version.Table) : null;

    /// <summary>The version readers see, to be kept.</summary>
    /// <param name="why">For people: <c>a drop of orders was refused</c>.</param>
    internal PlannedModel AsHeld(string why) => this with
    {
        Action = ModelAction.Reuse, Reason = ModelPlanner.Held + why, IsDelta = false, Since = 0,
    };
}
