namespace Greenery.Tests.Support;

/// <summary>Waiting for something that another task or process is about to do.</summary>
internal static class Wait
{
    /// <summary>
    /// Asks again and again; when <paramref name="hasEnded"/> first, the test fails instead of waiting for ever.
    /// </summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, Func<bool> hasEnded)
    {
        while (!await condition())
        {
            Assert.False(hasEnded(), "It ended before that which was waited for.");
            // What is waited for needs the machine, too.
            await Task.Delay(10);
        }
    }
}
