using Greenery.Tests.Support;

namespace Greenery.Tests.Cli;

/// <summary>
/// A daily run of the tiny shop that two processes serve, one with a key and one without. No daily run of its schedule
/// is due.
/// </summary>
public sealed class ServedShop : IAsyncLifetime
{
    internal const string Key = "k3y-of-the-greenhouse";

    internal TestWarehouse Test { get; private set; } = null!;

    /// <summary>Without a key.</summary>
    internal Serving Open { get; private set; } = null!;

    /// <summary>With <see cref="Key"/>.</summary>
    internal Serving Locked { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Test = await TestWarehouse.OfTinyShopAsync();
        var open = Serving.StartAsync(CliProcess.On(Test).With("Greenery__Schedule", "0 0 0 1 1 *"));
        var locked = Serving.StartAsync(CliProcess.On(Test).With("Greenery__Schedule", "0 0 0 1 1 *")
            .With("Greenery__ApiKey", Key));
        await Task.WhenAll(open, locked);
        (Open, Locked) = (await open, await locked);
    }

    public async Task DisposeAsync()
    {
        await Open.DisposeAsync();
        await Locked.DisposeAsync();
        await Test.DisposeAsync();
    }
}
