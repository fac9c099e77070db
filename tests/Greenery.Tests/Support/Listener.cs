namespace Greenery.Tests.Support;

/// <summary>Takes what is reported, in the thread that reports it.</summary>
internal sealed class Listener(Action<string> take) : IProgress<string>
{
    public void Report(string value) => take(value);
}
