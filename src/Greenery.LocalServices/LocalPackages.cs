using System.Security.Cryptography;
using System.Text;

namespace Greenery.LocalServices;

/// <summary>The npm packages of PostgreSQL and Azurite, installed once for each content of package-lock.json.</summary>
internal sealed class LocalPackages(LocalServicesOptions options)
{
    /// <summary>The folder of the complete installation; installs if it is not there yet.</summary>
    /// <exception cref="InfrastructureException">Node.js or npm are missing or too old, or npm fails.</exception>
    public async Task<string> RequireAsync(IProgress<string>? progress, CancellationToken cancellationToken)
    {
        var (packages, target) = (Folder, Target);
        if (Directory.Exists(target))
        {
            return target;
        }
        DataFolders.Make(packages);
        using var installing = await FileLock.AcquireAsync(Path.Combine(packages, "install.lock"), cancellationToken);
        if (!Directory.Exists(target))
        {
            progress?.Report("Installing PostgreSQL and Azurite with npm (once) ...");
            await InstallAsync(target, cancellationToken);
        }
        return target;
    }

    /// <summary>Whether they are installed.</summary>
    /// <exception cref="InfrastructureException">The program lacks its list of packages.</exception>
    public bool AreInstalled => Directory.Exists(Target);

    private string Folder => Path.GetFullPath(options.PackagesFolder ?? Path.Combine(options.DataRoot, "packages"));

    private string Target => Path.Combine(Folder, Hash());

    private async Task InstallAsync(string target, CancellationToken cancellationToken)
    {
        // Its input stays open until it is done: that it ends tells the installation that this process is gone.
        using var process = new Node(options).Start(
            "install", new { definition = Path.GetFullPath(options.Definition), target });
        try
        {
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw await Node.ExplainAsync(process, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    // Line ends do not count: a checkout on another system is the same installation.
    private string Hash()
    {
        var file = Path.Combine(options.Definition, "package-lock.json");
        if (!File.Exists(file))
        {
            throw new InfrastructureException(
                $"Local services: {file} is missing; expected it beside the program. Build the project again.");
        }
        var text = File.ReadAllText(file).ReplaceLineEndings("\n");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
    }
}
