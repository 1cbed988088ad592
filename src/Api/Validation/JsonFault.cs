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
    TooManyMessages = 12,
    EmptyBatch = 13,
}

/// <summary>The guard's answer.</summary>
/// <param name="Fault">Why the body was refused, or <see cref="JsonFault.None"/>.</param>
/// <param name="Offset">The byte near which reading stopped.</param>
/// <param name="IsBatch">The root is an array of messages; only ever true when batches were allowed.</param>
internal readonly record struct JsonVerdict(JsonFault Fault, int Offset, bool IsBatch = false)
{
    public bool Accepted => Fault == JsonFault.None;
}
