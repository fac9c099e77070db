using Greenery.Models;
using Greenery.Presentation;
using Greenery.Sources;

namespace Greenery.Reports.Lineage;

/// <summary>
/// Makes boxes and edges of the project: drops -> staging -> marts in their order -> metrics, and where they are used.
/// </summary>
internal static class LineageGraph
{
    private const int DropLayer = 0;
    private const int StagingLayer = 1;

    public static (IReadOnlyList<LineageNode> Nodes, IReadOnlyList<LineageEdge> Edges) Of(ReportData data)
    {
        var states = new ModelStates(data);
        var layers = Layers(data.Project.Catalogue);
        var sources = data.Project.Catalogue.Sources;
        var nodes = new List<LineageNode>();
        foreach (var source in sources)
        {
            var (condition, caption) = states.Drop(source);
            var files = source.Paths.Count > 0 ? string.Join(", ", source.Paths) : $"{source.DropName}.*";
            nodes.Add(new LineageNode($"drop:{source.Name}", files, caption, "Drops", DropLayer,
                condition, $"source-{source.Name}"));
            (condition, caption) = states.Source(source);
            nodes.Add(new LineageNode($"source:{source.Name}", source.Name, caption, "Staging", StagingLayer, condition,
                $"source-{source.Name}"));
        }
        foreach (var model in data.Project.Catalogue.Models)
        {
            var (condition, caption) = states.Model(model);
            nodes.Add(new LineageNode(
                $"model:{model.Name}", model.Name, caption, Title(model.Mart), layers[model.Name], condition,
                $"model-{model.Name}"));
        }
        var last = nodes.Count == 0 ? DropLayer : nodes.Max(node => node.Layer);
        nodes.AddRange(data.Project.Metrics.Select(metric => Node(metric, data, last + 1)));
        last += data.Project.Metrics.Count > 0 ? 1 : 0;
        nodes.AddRange(data.Project.Exposures.Select(exposure => new LineageNode(
            $"exposure:{exposure.Name}", exposure.Label, exposure.Type, "Used in", last + 1, HealthStatus.Unknown,
            $"exposure-{exposure.Name}")));
        return (nodes, [
            .. sources.Select(source => new LineageEdge($"drop:{source.Name}", $"source:{source.Name}")),
            .. data.Project.Catalogue.Models.SelectMany(model =>
            Reads(model).Select(read => new LineageEdge(read, $"model:{model.Name}"))),
            .. data.Project.Metrics.SelectMany(metric =>
                metric.Models.Select(model => new LineageEdge($"model:{model}", $"metric:{metric.Name}"))),
            .. data.Project.Exposures.SelectMany(exposure =>
                exposure.Models.Select(model => new LineageEdge($"model:{model}", $"exposure:{exposure.Name}"))),
        ]);
    }

    private static LineageNode Node(Metric metric, ReportData data, int layer)
    {
        var newest = data.Ops.Metrics.LastOrDefault(point => point.Metric == metric.Name);
        return new LineageNode(
            $"metric:{metric.Name}", metric.Name, newest is null
                ? "" : NumberFormat.Of(newest.Value, metric), "Metrics",
            layer, newest is null ? HealthStatus.Unknown : newest.Error is null
                ? HealthStatus.Good : HealthStatus.Warning,
            $"metric-{metric.Name}");
    }

    private static IEnumerable<string> Reads(Model model) =>
        model.Sources.Select(source => $"source:{source}").Concat(model.Models.Select(parent => $"model:{parent}"));

    // Each mart begins after the last column of the previous mart; within it a model comes after all that it reads.
    private static Dictionary<string, int> Layers(ModelCatalogue catalogue)
    {
        var layers = new Dictionary<string, int>(StringComparer.Ordinal);
        var first = StagingLayer + 1;
        foreach (var mart in catalogue.Marts.InOrder)
        {
            foreach (var model in catalogue.Models.Where(model => model.Mart == mart))
            {
                layers[model.Name] = model.Models.Where(layers.ContainsKey).Select(parent => layers[parent] + 1)
                    .Append(first).Max();
            }
            first = layers.Count == 0 ? first : Math.Max(first, layers.Values.Max() + 1);
        }
        return layers;
    }

    private static string Title(string mart) => char.ToUpperInvariant(mart[0]) + mart[1..];
}

/// <summary>A box of the graph.</summary>
/// <param name="Id">Unique: <c>model:dim_users</c>, <c>source:users</c>, <c>drop:users</c>.</param>
/// <param name="Label">Its name.</param>
/// <param name="Caption">Its status in a few words; empty when the page has no data.</param>
/// <param name="Group">The heading of its columns: Drops, Staging, Core, ...</param>
/// <param name="Layer">Its column, from 0.</param>
/// <param name="Condition">Its colour and shape.</param>
/// <param name="Target">The entry of the dictionary it leads to; null for none.</param>
public sealed record LineageNode(
    string Id, string Label, string Caption, string Group, int Layer, HealthStatus Condition, string? Target);

/// <summary>That one box is read by another, by their ids.</summary>
public sealed record LineageEdge(string From, string To);
