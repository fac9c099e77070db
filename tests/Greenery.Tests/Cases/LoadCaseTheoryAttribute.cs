using Greenery.Tests.Support;

namespace Greenery.Tests.Cases;

/// <summary>A theory on the cases from public bug reports, which are not part of the repository.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LoadCaseTheoryAttribute : TheoryAttribute
{
    public LoadCaseTheoryAttribute() => Skip = Repository.LoadCases is null
        ? "The cases are not on this machine (expected in ../shared/cases/load beside the repository)."
        : null;
}
