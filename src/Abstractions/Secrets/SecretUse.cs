using System.Text.Json.Serialization;

namespace Platform.Abstractions.Secrets;

/// <summary>What a secret is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SecretUse>))]
public enum SecretUse
{
    /// <summary>The platform's own, made on its first start.</summary>
    [JsonStringEnumMemberName("platform")] Platform = 0,

    /// <summary>A setting refers to it.</summary>
    [JsonStringEnumMemberName("setting")] Setting = 1,

    /// <summary>The private part of a key that signs tokens.</summary>
    [JsonStringEnumMemberName("signing-key")] SigningKey = 2,

    /// <summary>The private part of a key that signs what audit trails state.</summary>
    [JsonStringEnumMemberName("audit-key")] AuditKey = 3,

    /// <summary>What sensitive values of a trail are hashed with.</summary>
    [JsonStringEnumMemberName("audit-salt")] AuditSalt = 4,

    /// <summary>Signs what is sent to a webhook.</summary>
    [JsonStringEnumMemberName("webhook")] Webhook = 5,

    /// <summary>The client secret at an identity provider.</summary>
    [JsonStringEnumMemberName("identity-provider")] IdentityProvider = 6,
}
