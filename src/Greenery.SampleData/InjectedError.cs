namespace Greenery.SampleData;

/// <summary>A row that was made bad on purpose. No other row refers to it: the rest is whole without it.</summary>
/// <param name="Path">The file, below the folder.</param>
/// <param name="Line">Its line in the (unpacked) file, from 1, the header counted.</param>
/// <param name="Text">What is wrong with it, for people.</param>
internal sealed record InjectedError(string Path, long Line, string Text)
{
    public override string ToString() => $"{Path}:{Line}: {Text}";
}
