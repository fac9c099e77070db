using Greenery.Models;
using Greenery.Runs;

namespace Greenery.Tests.Support;

/// <summary>
/// A sql folder of a test's own, with two source tables, <c>orders</c> and <c>users</c>, unless the test writes another
/// sources.yml. Paths are below sql: <c>core/buyers.sql</c>.
/// </summary>
internal sealed class ProjectFolder : IDisposable
{
    public const string Sources =
        """
        version: 2
        sources:
          - name: shop
            tables:
              - name: orders
                columns:
                  - {name: order_id, data_type: integer, constraints: [{type: primary_key}]}
                  - {name: user_id, data_type: integer}
                  - {name: amount, data_type: "numeric(12,2)"}
                  - {name: ordered_on, data_type: date}
                  - {name: tags, data_type: jsonb}
              - name: users
                columns:
                  - {name: user_id, data_type: integer, constraints: [{type: primary_key}]}
                  - {name: email, data_type: text, meta: {pii: true}}
        """;

    private readonly TestDataFolder _folder = new();

    public ProjectFolder(params ReadOnlySpan<(string Path, string Text)> files)
    {
        Write("sources.yml", Sources);
        foreach (var (path, text) in files)
        {
            Write(path, text);
        }
    }

    public string SqlFolder => _folder.Path;

    public void Dispose() => _folder.Dispose();

    public void Write(string path, string text)
    {
        var file = Path.Combine(SqlFolder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    public void Delete(string path) => File.Delete(Path.Combine(SqlFolder, path));

    /// <summary>The folder, which must be without a fault.</summary>
    public Project Read() => Project.Read(SqlFolder);

    public ModelCatalogue Catalogue() => Read().Catalogue;

    /// <summary>All that is wrong with the folder, as people read it.</summary>
    public IReadOnlyList<string> Diagnostics()
    {
        try
        {
            Project.Read(SqlFolder);
            return [];
        }
        catch (ConfigurationException exception)
        {
            return [.. exception.Diagnostics.Select(diagnostic => diagnostic.ToString())];
        }
    }
}
