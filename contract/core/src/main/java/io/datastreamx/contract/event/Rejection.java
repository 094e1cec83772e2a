package io.datastreamx.contract.event;

/**
 * Why a record did not pass.
 *
 * @param reason the code by which rejections are counted
 * @param detail what was found where, for the person who repairs it; names the field, never holds a device id
 */
public record Rejection(ReasonCode reason, String detail) {}
