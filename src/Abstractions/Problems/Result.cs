using System.Diagnostics.CodeAnalysis;

namespace Platform.Abstractions.Problems;

/// <summary>A value or the reason there is none. <c>default</c> reads as an internal problem: it fails safe.</summary>
[GenerateSerializer, Alias("result`1")]
[Immutable]
public readonly struct Result<T>
{
    [Id(0)] private readonly T? _value;
    [Id(1)] private readonly Problem? _problem;
    [Id(2)] private readonly bool _succeeded;

    private Result(T value)
    {
        _value = value;
        _succeeded = true;
    }

    private Result(Problem problem) => _problem = problem;

    /// <summary>True and the value, or false and the problem.</summary>
    public bool Try([MaybeNullWhen(false)] out T value, [MaybeNullWhen(true)] out Problem problem)
    {
        value = _value;
        problem = _succeeded ? null : _problem ?? Problem.Internal();
        return _succeeded;
    }

    /// <summary>The problem, or null when there is a value.</summary>
    public Problem? Problem => _succeeded ? null : _problem ?? Problems.Problem.Internal();

    [SuppressMessage("Usage", "CA2225", Justification = "A Result is made by returning a value or a problem.")]
    public static implicit operator Result<T>(T value) => new(value);

    [SuppressMessage("Usage", "CA2225", Justification = "A Result is made by returning a value or a problem.")]
    public static implicit operator Result<T>(Problem problem) => new(problem);
}
