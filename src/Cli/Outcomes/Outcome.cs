using System.Diagnostics.CodeAnalysis;

namespace Platform.Cli.Outcomes;

/// <summary>A value, or why there is none.</summary>
internal readonly struct Outcome<T>
{
    private static readonly Refusal Nothing = new(ExitCode.Refused, "Nothing was decided.");
    private readonly T? _value;
    private readonly Refusal? _refusal;
    private readonly bool _succeeded;

    private Outcome(T value) => (_value, _succeeded) = (value, true);

    private Outcome(Refusal refusal) => _refusal = refusal;

    public bool Try([MaybeNullWhen(false)] out T value, [MaybeNullWhen(true)] out Refusal refusal)
    {
        value = _value;
        refusal = _succeeded ? null : _refusal ?? Nothing;
        return _succeeded;
    }

    [SuppressMessage("Usage", "CA2225", Justification = "An outcome is made by returning a value or a refusal.")]
    public static implicit operator Outcome<T>(T value) => new(value);

    [SuppressMessage("Usage", "CA2225", Justification = "An outcome is made by returning a value or a refusal.")]
    public static implicit operator Outcome<T>(Refusal refusal) => new(refusal);
}
