namespace Platform.Abstractions.Secrets;

/// <summary>How much the owner of a secret wants it.</summary>
public enum SecretNeed
{
    /// <summary>Not any more: the vault is to delete it, or has.</summary>
    Leaving = 0,

    /// <summary>It is made when it is needed first, and may not have been.</summary>
    OnceMade = 1,

    /// <summary>Something fails without it.</summary>
    Always = 2,
}
