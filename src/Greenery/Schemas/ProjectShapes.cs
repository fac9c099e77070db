using Greenery.Checks;
using Greenery.Models;
using Greenery.Sources;

namespace Greenery.Schemas;

/// <summary>
/// The keys that the readers of a project know, found by reading: they are given a project that has all they have asked
/// for so far, until they ask for nothing new. So no list of keys has to be kept beside the readers.
/// </summary>
internal static class ProjectShapes
{
    /// <summary>Files nest less deep than that.</summary>
    private const int MostRounds = 20;

    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["sources"] = "sources.yml",
        ["models"] = "core/probe.yml",
        ["project"] = ProjectFile.FileName,
        ["metrics"] = $"metrics/{MetricProperties.FileName}",
        ["exposures"] = Exposure.FileName,
    };

    /// <summary>The shape of each file, by the name of its schema.</summary>
    public static IReadOnlyDictionary<string, PropertyShape> Read()
    {
        var shapes = new PropertyShapes();
        var folder = Directory.CreateTempSubdirectory("greenery-schema-");
        try
        {
            Directory.CreateDirectory(Path.Combine(folder.FullName, "core"));
            Directory.CreateDirectory(Path.Combine(folder.FullName, "metrics"));
            File.WriteAllText(Path.Combine(folder.FullName, "core", $"{ShapeProbe.Name}.sql"), "select 1 as probe\n");
            File.WriteAllText(
                Path.Combine(folder.FullName, "metrics", $"{ShapeProbe.Name}.sql"),
                "-- Probe (count): of the probe.\nselect count(*) from core.probe\n");
            var (known, before) = (0, -1);
            for (var round = 0; known != before && round < MostRounds; round++)
            {
                before = known;
                for (var variant = 0; variant < ShapeProbe.Variants; variant++)
                {
                    ReadOnce(folder.FullName, new ShapeProbe(variant), shapes);
                }
                known = Files.Values.Sum(file => Count(shapes[$"sql/{file}"]));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return Files.ToDictionary(file => file.Key, file => shapes[$"sql/{file.Value}"], StringComparer.Ordinal);
    }

    private static void ReadOnce(string folder, ShapeProbe probe, PropertyShapes shapes)
    {
        foreach (var file in Files.Values)
        {
            File.WriteAllText(Path.Combine(folder, file), probe.Write(shapes[$"sql/{file}"]));
        }
        ProjectFile.Read(folder, shapes);
        var catalogue = ModelCatalogue.Read(folder, shapes);
        var metrics = Metric.ReadAll(folder, catalogue, shapes);
        CheckCatalogue.Read(folder, catalogue, shapes, metrics);
        Exposure.ReadAll(folder, catalogue, metrics, shapes);
        shapes.Clear();
    }

    private static int Count(PropertyShape shape) => (shape.IsClosed ? 1 : 0)
        + shape.Keys.Sum(key => key.Value.Count + Count(shape.Below(key.Key)))
        + shape.Named.Values.Sum(named => 1 + Count(named));
}
