using System.Security.Cryptography;
using System.Text;
using Greenery.Alerts;
using Greenery.Runs;
using Microsoft.Extensions.Configuration;

namespace Greenery.Hosting;

/// <summary>
/// The project as its folder has it. A host that lives for months takes a changed folder at the next run; while the
/// folder is wrong, runs use what was right before, and people are notified.
/// </summary>
/// <param name="configuration">What is wrong with settings is reported with the project.</param>
/// <param name="settings">Where the folder is. What project.yml says of settings is read once.</param>
/// <param name="alerts">Verified against each project.</param>
public sealed class ProjectSource(
    IConfiguration configuration, GreenerySettings settings, AlertConfiguration alerts)
{
    private readonly Lock _refreshing = new();
    private State _state = Read(configuration, settings, alerts, FolderHash(settings.Sql));

    /// <summary>What runs go by now.</summary>
    public Project Project => Volatile.Read(ref _state).Project;

    /// <summary>Who is notified, and of which faults.</summary>
    public AlertConfiguration Alerts => Volatile.Read(ref _state).Alerts;

    /// <summary>What is wrong with settings that a run does without.</summary>
    public SettingFaults SettingFaults => Volatile.Read(ref _state).SettingFaults;

    /// <summary>Why the folder as it is now is not taken; empty where it is.</summary>
    public IReadOnlyList<Diagnostic> Faults => Volatile.Read(ref _state).Faults;

    /// <summary>Looks whether a file of the folder has changed, and takes the project if it is right.</summary>
    /// <returns>Whether another project was taken, or found to be wrong.</returns>
    public bool Refresh()
    {
        lock (_refreshing)
        {
            var hash = TryHash() ?? _state.FolderHash;
            if (hash == _state.FolderHash)
            {
                return false;
            }
            Volatile.Write(ref _state, Next(hash));
            return true;
        }
    }

    private State Next(string hash)
    {
        try
        {
            return Read(configuration, settings, alerts, hash);
        }
        catch (ConfigurationException exception)
        {
            return _state with
            {
                FolderHash = hash,
                Faults = exception.Diagnostics,
                Alerts = alerts.With([.. _state.SettingFaults.All, .. exception.Diagnostics]),
            };
        }
    }

    // While files are being replaced some may be gone or locked; the next look sees them.
    private string? TryHash()
    {
        try
        {
            return FolderHash(settings.Sql);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static State Read(
        IConfiguration configuration, GreenerySettings settings, AlertConfiguration alerts, string hash)
    {
        var (project, faults) = SettingFaults.Read(configuration, settings, alerts);
        return new State(project, faults, alerts.With(faults.All), [], hash);
    }

    private static string FolderHash(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file).ToLowerInvariant() is ".sql" or ".yml" or ".yaml")
            .Order(StringComparer.Ordinal))
        {
            var content = File.ReadAllBytes(file);
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetRelativePath(folder, file)}\n{content.Length}\n"));
            hash.AppendData(content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record State(
        Project Project, SettingFaults SettingFaults, AlertConfiguration Alerts, IReadOnlyList<Diagnostic> Faults,
        string FolderHash);
}
