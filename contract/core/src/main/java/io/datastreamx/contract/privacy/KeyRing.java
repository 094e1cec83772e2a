package io.datastreamx.contract.privacy;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The keys that keep device ids out of the lake: HMAC-SHA-256 pseudonyms for events, AES-GCM for the bytes of dead
 * letters. Keys rotate; what is written names the key it was written with.
 *
 * @param activeKeyId the key that new records use
 * @param secrets 32 bytes each, by key id
 * @param identitySecret 32 bytes; what event identities are hashed with. It never rotates: an identity names no box
 */
public record KeyRing(String activeKeyId, Map<String, byte[]> secrets, byte[] identitySecret) implements Serializable {
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    public KeyRing {
        secrets = Map.copyOf(secrets);
        if (!secrets.containsKey(activeKeyId)) {
            throw new IllegalArgumentException("the active key " + activeKeyId + " is not on the key ring");
        }
        secrets.forEach((id, secret) -> {
            if (secret.length != 32) {
                throw new IllegalArgumentException("key " + id + " must have 32 bytes, has " + secret.length);
            }
        });
        identitySecret = identitySecret.clone();
    }

    /** For rings from before identities had a secret of their own: derived from the first key by name. */
    public KeyRing(String activeKeyId, Map<String, byte[]> secrets) {
        this(activeKeyId, secrets, derive(new TreeMap<>(secrets).firstEntry().getValue(), "identity"));
    }

    /** Hashes identities of events. One per thread. */
    public Mac identities() {
        return mac(identitySecret);
    }

    /** Pseudonyms under the active key. One per thread; much cheaper than {@link #pseudonym} where many are needed. */
    public Pseudonymizer pseudonymizer() {
        return new Pseudonymizer(mac(derive(secrets.get(activeKeyId), "pseudonym")));
    }

    /** One pseudonym under the active key. */
    public String pseudonym(String deviceId) {
        return pseudonymizer().pseudonym(deviceId);
    }

    /** Not thread-safe. */
    public static final class Pseudonymizer {
        private final Mac mac;

        private Pseudonymizer(Mac mac) {
            this.mac = mac;
        }

        /**
         * @return 32 characters of URL-safe base64: the first 24 bytes of the HMAC, equal for equal devices within one
         *     key
         */
        public String pseudonym(String deviceId) {
            byte[] code = mac.doFinal(deviceId.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(code, 24));
        }
    }

    /** Encrypts with the active key; the nonce comes first. */
    public byte[] seal(byte[] plain) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(derive(secrets.get(activeKeyId), "seal"), "AES"),
                    new GCMParameterSpec(TAG_BITS, nonce));
            byte[] sealed = cipher.doFinal(plain);
            return ByteBuffer.allocate(NONCE_BYTES + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-GCM", e);
        }
    }

    /** @throws IllegalArgumentException where the key is gone or the bytes were changed */
    public byte[] open(String keyId, byte[] sealed) {
        if (!secrets.containsKey(keyId)) {
            throw new IllegalArgumentException(
                    "key " + keyId + " is no longer on the key ring; what it sealed cannot be read");
        }
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            byte[] key = derive(secrets.get(keyId), "seal");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new GCMParameterSpec(TAG_BITS, sealed, 0, NONCE_BYTES));
            return cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "bytes sealed with key " + keyId + " were changed or sealed with another key", e);
        }
    }

    /** One secret, two uses: a key of its own for each. */
    private static byte[] derive(byte[] secret, String purpose) {
        return mac(secret).doFinal(purpose.getBytes(StandardCharsets.UTF_8));
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }
}
