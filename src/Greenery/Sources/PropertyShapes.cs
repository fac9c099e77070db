using System.Collections.ObjectModel;

namespace Greenery.Sources;

/// <summary>
/// Takes the place of the list of diagnostics when a project is read for the sake of what its readers ask for.
/// </summary>
internal sealed class PropertyShapes : Collection<Diagnostic>
{
    private readonly Dictionary<string, PropertyShape> _files = new(StringComparer.Ordinal);

    /// <summary>The shape of a file, by the name that messages have for it: <c>sql/core/core.yml</c>.</summary>
    public PropertyShape this[string file]
    {
        get
        {
            if (!_files.TryGetValue(file, out var shape))
            {
                _files.Add(file, shape = new PropertyShape());
            }
            return shape;
        }
    }
}
