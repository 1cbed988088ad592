using System.Diagnostics.CodeAnalysis;

namespace Platform.Admin.Management;

/// <summary>What REST answered: a value or a problem.</summary>
internal readonly record struct Answer<T>
{
    private readonly T? _value;

    public Answer(T value) => _value = value;

    public Answer(ProblemView problem) => Problem = problem;

    public ProblemView? Problem { get; }

    /// <summary>The version of what was answered, for a form that changes it; null when it has none.</summary>
    public string? Version { get; init; }

    public bool Try([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out ProblemView? problem)
    {
        value = _value;
        problem = Problem ?? (_value is null ? ProblemView.Unreadable(200) : null);
        return problem is null;
    }
}
