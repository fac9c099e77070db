using Greenery.Models;
using Greenery.Sources;

namespace Greenery.Checks;

/// <summary>What checks are declared on.</summary>
/// <param name="Place">What it is.</param>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Model">The model; of a source table a description as one; of a metric the last model it reads.</param>
internal sealed record CheckSite(CheckPlace Place, string Name, Model Model)
{
    /// <summary>The source table; null for others.</summary>
    public SourceTable? Source { get; init; }

    /// <summary>The metric; null for others.</summary>
    public Metric? Metric { get; init; }

    /// <summary>How ids of its checks begin.</summary>
    public string Id => Metric is null ? Model.ToString() : $"metrics.{Name}";

    /// <summary>Whom its checks concern.</summary>
    public Ownership Ownership => Metric is { Ownership: { Owner: not null } own } ? own : Model.Ownership;

    public static CheckSite Of(Model model) => new(CheckPlace.Model, model.Name, model);

    public static CheckSite Of(SourceTable source) =>
        new(CheckPlace.SourceTable, source.Name, SourceModel.Of(source)) { Source = source };

    /// <summary>Null for a metric that reads no model.</summary>
    public static CheckSite? Of(Metric metric, ModelCatalogue catalogue) =>
        catalogue.Models.LastOrDefault(model => metric.Models.Contains(model.Name)) is { } last
            ? new CheckSite(CheckPlace.Metric, metric.Name, last) { Metric = metric }
            : null;
}
