namespace Platform.Api.Validation;

/// <summary>Why a body was refused. The default value refuses: a verdict nobody filled in must not pass.</summary>
internal enum JsonFault
{
    Malformed = 0,
    None = 1,
    InvalidUtf8 = 2,
    TooDeep = 3,
    TooManyProperties = 4,
    StringTooLong = 5,
    TooManyItems = 6,
    TooManyNodes = 7,
    NumberOutOfRange = 8,
    DuplicateName = 9,
    NotAnObject = 10,
    Batch = 11,
}

/// <summary>The guard's answer; <paramref name="Offset"/> is the byte near which reading stopped.</summary>
internal readonly record struct JsonVerdict(JsonFault Fault, int Offset)
{
    public bool Accepted => Fault == JsonFault.None;
}
