using Greenery.LocalServices;
using Greenery.Tests.Support;

namespace Greenery.Tests.LocalServices;

/// <summary>
/// A process that uses the local services of a folder as the command line does:
/// <c>dotnet Greenery.Tests.dll FOLDER</c> writes the two connection strings and goes on until its input ends.
/// </summary>
internal static class ServicesHolder
{
    public static async Task Main(string[] args)
    {
        await using var services = await LocalEnvironment.StartAsync(
            TestServices.Options(args[0]), null, CancellationToken.None);
        var strings = await Task.WhenAll(
            services.WarehouseAsync(CancellationToken.None), services.DropsAsync(CancellationToken.None));
        Console.WriteLine(strings[0]);
        Console.WriteLine(strings[1]);
        await Console.In.ReadToEndAsync();
    }
}
