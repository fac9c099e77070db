namespace Greenery.Tests.Cases;

/// <summary>What is right for each case, by the name of its folder; <c>+</c> begins a variant of a case.</summary>
internal static class LoadCases
{
    public static IReadOnlyDictionary<string, LoadExpectation> All { get; } = new[]
    {
        CsvFormCases.All, ValueCases.All, JsonCases.All, FileCases.All, StoreCases.All, RowCases.All, PersonalCases.All,
    }.SelectMany(cases => cases).ToDictionary(StringComparer.Ordinal);

    /// <summary>Cases that are not right yet, and why. The test fails when one is right: take it out then.</summary>
    public static IReadOnlyDictionary<string, string> Pending { get; } = new Dictionary<string, string>
    {
    };

    public static string FolderOf(string name) => name.Split('+')[0];
}
