using Greenery.Sources;
using Microsoft.Extensions.Configuration;

namespace Greenery.Hosting;

/// <summary>
/// The order of what says a setting: environment variables, then the settings file, then project.yml, then the default.
/// </summary>
internal static class ProjectSettings
{
    /// <summary>The configuration, with project.yml's values where it has none.</summary>
    /// <remarks>What is wrong in project.yml is reported where the project is read.</remarks>
    public static IConfiguration Complete(IConfiguration configuration)
    {
        var missing = ProjectFile.Read(GreenerySettings.SqlFolder(configuration), [])
            .Settings.Where(setting => string.IsNullOrWhiteSpace(configuration[setting.Key])).ToList();
        return missing.Count == 0 ? configuration
            : new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection(missing).Build();
    }
}
