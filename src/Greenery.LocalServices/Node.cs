using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Greenery.LocalServices;

/// <summary>Starts <c>services.mjs</c> in Node.js.</summary>
internal sealed class Node(LocalServicesOptions options)
{
    /// <summary>A running command of services.mjs; its streams are redirected, none is the terminal.</summary>
    /// <exception cref="InfrastructureException">There is no node on the search path, or it does not start.</exception>
    public Process Start(string command, object arguments)
    {
        var start = new ProcessStartInfo(Find())
        {
            ArgumentList =
            {
                Path.GetFullPath(Path.Combine(options.Definition, "services.mjs")),
                command,
                JsonSerializer.Serialize(arguments, JsonSerializerOptions.Web),
            },
            // Not the user's folder: it could not be removed while the services run.
            WorkingDirectory = Path.GetFullPath(options.DataRoot),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            CreateNoWindow = true,
        };
        start.Environment["PATH"] = options.SearchPath;
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InfrastructureException(
                $"Local services: {start.FileName} does not start ({exception.Message}).", exception);
        }
    }

    /// <summary>Why a command has failed: its own words, or what a node that is too old says of it.</summary>
    public static async Task<InfrastructureException> ExplainAsync(Process process, CancellationToken cancellationToken)
    {
        var error = (await process.StandardError.ReadToEndAsync(cancellationToken)).Trim();
        return new InfrastructureException(error.StartsWith("Local services:", StringComparison.Ordinal)
            ? error
            : $"Local services: Node.js failed; it must be version 20 or later. It said: {error}");
    }

    /// <summary>Where it is. The framework would look into the current folder before the PATH.</summary>
    /// <exception cref="InfrastructureException">It is not on the search path.</exception>
    public string Find()
    {
        var name = OperatingSystem.IsWindows() ? "node.exe" : "node";
        return options.SearchPath
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified)
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists)
            ?? throw new InfrastructureException(
                "Local services: PostgreSQL and Azurite are started by Node.js 20 or later, and there is no 'node' on "
                + "the PATH. Install it from https://nodejs.org, or use services of your own: settings "
                + "Greenery:Warehouse (PostgreSQL) and Greenery:Drops (a folder or blob storage).");
    }
}
