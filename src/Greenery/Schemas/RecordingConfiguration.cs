using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Greenery.Schemas;

/// <summary>
/// A configuration without values that notes what it is asked for. Each section says that it has one part, called
/// <see cref="Chosen"/>, so that readers go on below names of the user's choice.
/// </summary>
/// <param name="names">Takes what is asked for.</param>
/// <param name="absent">The path of a section that is not there: others are read only then.</param>
/// <param name="path">The section's path; empty for the root.</param>
internal sealed class RecordingConfiguration(SettingNames names, string absent, string path = "")
    : IConfigurationSection
{
    /// <summary>Takes the place of a name of the user's choice.</summary>
    public const string Chosen = "chosen";

    // It does not go on for ever.
    private const int Deepest = 6;

    public string Key => path.Split(':')[^1];

    public string Path => path;

    public string? Value
    {
        get
        {
            names.NoteValue();
            return null;
        }
        set => throw new NotSupportedException();
    }

    public string? this[string key]
    {
        get
        {
            names[key].NoteValue();
            return null;
        }
        set => throw new NotSupportedException();
    }

    public IConfigurationSection GetSection(string key) =>
        new RecordingConfiguration(names[key], absent, path.Length == 0 ? key : $"{path}:{key}");

    public IEnumerable<IConfigurationSection> GetChildren() =>
        path != absent && path.Split(':').Length < Deepest ? [GetSection(Chosen)] : [];

    public IChangeToken GetReloadToken() => throw new NotSupportedException();
}
