package io.datastreamx.tokens;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.datastreamx.process.CannotRunException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceTokensTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final TokenKey FIRST = key("e1", 1);
    private static final TokenKey SECOND = key("e2", 2);
    private static final DeviceTokens TOKENS = new DeviceTokens(List.of(FIRST, SECOND));

    @TempDir
    Path folder;

    private static TokenKey key(String kid, int content) {
        byte[] secret = new byte[32];
        Arrays.fill(secret, (byte) content);
        return new TokenKey(kid, NOW, secret);
    }

    @Test
    void theNewestKeySignsAndAllVerify() throws Exception {
        String before = new DeviceTokens(List.of(FIRST)).sign("box-1", NOW, Duration.ofHours(1));
        assertEquals("box-1", TOKENS.verify(before, NOW));
        String now = TOKENS.sign("box \"ü\"", NOW, Duration.ofHours(1));
        assertEquals("e2", SignedJWT.parse(now).getHeader().getKeyID());
        assertEquals("box \"ü\"", TOKENS.verify(now, NOW));
        assertRefused("key (kid) is not known", new DeviceTokens(List.of(SECOND)), before, NOW);
    }

    @Test
    void aTokenEndsAtItsTime() throws Exception {
        String token = TOKENS.sign("box-1", NOW, Duration.ofHours(1));
        assertEquals("box-1", TOKENS.verify(token, NOW.plusSeconds(3_599)));
        assertRefused("expired", TOKENS, token, NOW.plusSeconds(3_600));
    }

    @Test
    void whatIsNotSignedByUsIsRefused() throws Exception {
        String token = TOKENS.sign("box-1", NOW, Duration.ofHours(1));
        JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
        assertRefused("no signed JWT", TOKENS, new PlainJWT(claims).serialize(), NOW);
        assertRefused("not signed by HS256", TOKENS, signed(JWSAlgorithm.HS384, "e2", new byte[48], claims), NOW);
        assertRefused("signature", TOKENS, signed(JWSAlgorithm.HS256, "e2", FIRST.secret(), claims), NOW);
        assertRefused("kid", TOKENS, signed(JWSAlgorithm.HS256, null, SECOND.secret(), claims), NOW);
        assertRefused("kid", TOKENS, signed(JWSAlgorithm.HS256, "e3", SECOND.secret(), claims), NOW);
        String[] parts = token.split("\\.");
        String other = TOKENS.sign("box-2", NOW, Duration.ofHours(1)).split("\\.")[1];
        assertRefused("signature", TOKENS, parts[0] + "." + other + "." + parts[2], NOW);
        for (String rubbish : List.of("", ".", "..", "a.b.c", token + ".x", "x".repeat(5_000))) {
            assertThrows(TokenRefusedException.class, () -> TOKENS.verify(rubbish, NOW), rubbish);
        }
    }

    @Test
    void aTokenMustSayWhoseItIsAndWhenItEnds() throws Exception {
        Date later = Date.from(NOW.plusSeconds(60));
        assertRefused(
                "no exp",
                TOKENS,
                signed(new JWTClaimsSet.Builder().subject("box-1").build()),
                NOW);
        assertRefused(
                "no sub",
                TOKENS,
                signed(new JWTClaimsSet.Builder().expirationTime(later).build()),
                NOW);
        assertRefused(
                "not valid yet",
                TOKENS,
                signed(new JWTClaimsSet.Builder()
                        .subject("box-1")
                        .expirationTime(later)
                        .notBeforeTime(Date.from(NOW.plusSeconds(30)))
                        .build()),
                NOW);
    }

    private static String signed(JWTClaimsSet claims) throws Exception {
        return signed(JWSAlgorithm.HS256, "e2", SECOND.secret(), claims);
    }

    private static String signed(JWSAlgorithm algorithm, String kid, byte[] secret, JWTClaimsSet claims)
            throws Exception {
        SignedJWT token =
                new SignedJWT(new JWSHeader.Builder(algorithm).keyID(kid).build(), claims);
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    private static void assertRefused(String why, DeviceTokens tokens, String token, Instant at) {
        String message = assertThrows(TokenRefusedException.class, () -> tokens.verify(token, at))
                .getMessage();
        assertTrue(message.contains(why), message);
    }

    @Test
    void keysAreMadeOnceRotatedAndRetired() throws Exception {
        TokenKeyFile file = new TokenKeyFile(folder.resolve("keys/edge-keys.json"));
        List<TokenKey> first = file.loadOrCreate(NOW);
        assertEquals(List.of("e1"), kids(first));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("keys/edge-keys.json"))));
        assertTrue(Arrays.equals(
                first.get(0).secret(), file.loadOrCreate(NOW).get(0).secret()));
        assertEquals("e2", file.rotate(NOW).kid());
        assertEquals(List.of("e1", "e2"), kids(file.loadOrCreate(NOW)));
        assertThrows(IllegalArgumentException.class, () -> file.retire("e2", NOW));
        assertThrows(IllegalArgumentException.class, () -> file.retire("e7", NOW));
        file.retire("e1", NOW);
        assertEquals(List.of("e2"), kids(file.loadOrCreate(NOW)));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("keys/edge-keys.json"))));
    }

    @Test
    void aDamagedFileIsSaidAndLeftAlone() throws Exception {
        Path file = Files.writeString(folder.resolve("edge-keys.json"), "{\"keys\":[]}");
        assertThrows(CannotRunException.class, () -> new TokenKeyFile(file).loadOrCreate(NOW));
        assertEquals("{\"keys\":[]}", Files.readString(file));
    }

    private static List<String> kids(List<TokenKey> keys) {
        return keys.stream().map(TokenKey::kid).toList();
    }
}
