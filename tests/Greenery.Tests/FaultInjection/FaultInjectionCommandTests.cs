using Greenery.FaultInjection;

namespace Greenery.Tests.FaultInjection;

public sealed class FaultInjectionCommandTests
{
    [Theory]
    [InlineData("cluster --cluster")]
    [InlineData("cluster --cluster Host=coordinator --disturbances 0")]
    [InlineData("clusters")]
    public async Task Options_that_are_none_are_refused_before_anything_starts(string options) =>
        Assert.Equal(2, await FaultInjectionCommand.RunAsync(options.Split(' ')));
}
